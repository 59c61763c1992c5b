"""Where in the notebook predict raised, if a value may have been the reason for it."""

from service.notebook_lines import last_place

# What no value of a record brings about: a file or a module is missing, memory is out, or the like.
_NOT_BY_VALUES = (OSError, MemoryError, ImportError, NameError, RuntimeError, SystemError)


def raised_at(error: Exception) -> str:
    """Return `KeyError (churn.ipynb, cell 4, line 2)`, "" where it is no value's doing.

    The exception's own text stays out: it may hold values.
    """
    place = last_place(error)
    if not place or isinstance(error, _NOT_BY_VALUES):
        return ""
    return f"{type(error).__name__} ({place})"
