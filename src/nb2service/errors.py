"""The one exception that users see: a finished sentence of place, fact and remedy."""


class Nb2serviceError(Exception):
    """Something that the user can mend; `str()` of it is the whole message.

    Args:
        place: where it is, e.g. `churn.ipynb, cell 7, line 3`.
        fact: what is so there, one sentence without its full stop; what it shows stands on lines of
            their own, and the remedy below them.
        remedy: what to do about it, one or a few sentences.
    """

    def __init__(self, place: str, fact: str, remedy: str = "") -> None:
        end = "\n" if "\n" in fact else ". " if remedy else "."
        super().__init__(f"{place}: {fact.rstrip()}{end}{remedy}".rstrip("\n"))
        self.place = place
        self.fact = fact
        self.remedy = remedy


class MissingNameError(Nb2serviceError):
    """A name that is needed has no value; see `judge.py` for why.

    Args:
        name: the name.
        place: as above, like the others.
    """

    def __init__(self, name: str, place: str, fact: str, remedy: str = "") -> None:
        super().__init__(place, fact, remedy)
        self.name = name
