"""The one exception that users see: a finished sentence of place, fact and remedy."""


class Nb2serviceError(Exception):
    """Something that the user can mend; `str()` of it is the whole message.

    Args:
        place: where it is, e.g. `churn.ipynb, cell 7, line 3`.
        fact: what is so there, one sentence without its full stop.
        remedy: what to do about it, one or a few sentences.

    """

    def __init__(self, place: str, fact: str, remedy: str = "") -> None:
        super().__init__(f"{place}: {fact}.{' ' if remedy else ''}{remedy}")
        self.place = place
        self.fact = fact
        self.remedy = remedy
