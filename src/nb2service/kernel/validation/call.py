"""Call the function of a path, and say what went otherwise than in the notebook."""

from ..tables.kinds import kind_of


class OtherwiseError(Exception):
    """The path gives something else than the notebook did.

    Attributes:
        step: the place of the step in the path, None for the whole.
        elsewhere: whether the input is simply not on the way to the answer.
    """

    def __init__(self, why, step=None, *, elsewhere=False):
        super().__init__(why)
        self.step, self.elsewhere = step, elsewhere


def called(function, given):
    """What the function gives for a copy of the table; raises OtherwiseError where it fails."""
    given = copied(given)
    if kind_of(given) in ("frame", "series"):
        given = given.reset_index(drop=True)
    try:
        return function(given)
    except Exception as error:
        raise OtherwiseError(said(error)) from None


def copied(value):
    """A copy, so that no call changes what the next one is given."""
    if isinstance(value, list):
        return [list(row) if isinstance(row, list) else row for row in value]
    return value.copy() if hasattr(value, "copy") else value


def said(error):
    """An exception in one short line."""
    text = " ".join(f"{type(error).__name__}: {error}".split())
    return text if len(text) <= 160 else text[:157] + "..."


def short(value):
    """A value in a few words."""
    text = " ".join(str(value.tolist() if hasattr(value, "tolist") else value).split())
    return text if len(text) <= 60 else text[:57] + "..."
