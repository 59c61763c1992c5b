"""Code and pickles that were made for other versions of their libraries."""

import re

from nb2service.running.pandas_three import silent_change
from nb2service.running.removed import PYTHON_2, replacement
from nb2service.running.rules.modules import beside
from nb2service.running.trouble import OR_OLDER, Trouble

_OLD_PICKLE = re.compile(
    r"Can't get attribute '.+' on <module|incompatible dtype|unsupported pickle protocol|"
    r"No module named '(?:numpy\._core|numpy\.core\.\w+|pandas\.core\.\S+|pandas\.indexes\S*|"
    r"sklearn\.\S+)'|InconsistentVersionWarning|__randomstate_ctor|__bit_generator_ctor|"
    r"_unpickle_block|new_block\(\)|BitGenerator|invalid load key|pickle data was truncated|"
    r"STRING opcode|is not a known BitGenerator module|__setstate__|node array from the pickle"
)
_LOADS = re.compile(r"\bload\(|\bloads\(|read_pickle|load_model|joblib|pickle|allow_pickle")


def python_2(trouble: Trouble) -> str | None:
    """Code for Python 2."""
    if PYTHON_2.search(trouble.said) and not trouble.failure.text.startswith(
        "'dict' object has no attribute 'iteritems_"
    ):
        return (
            "That is Python 2. Translate the notebook once (2to3, or by hand: range, str, input, "
            "items(), urllib.request, pickle), and run it in Jupyter."
        )
    return None


def library_changed(trouble: Trouble) -> str | None:
    """Something that a library has removed since."""
    found = replacement(trouble.said, trouble.statement)
    return f"{found} {OR_OLDER}" if found else None


def old_pickle(trouble: Trouble) -> str | None:
    """A pickle that other versions wrote."""
    if not _OLD_PICKLE.search(trouble.said) or not _LOADS.search(trouble.statement):
        return None
    if "on <module '__main__'" in trouble.said:
        return (
            "The pickle was made by a script or notebook that defined this class itself: define the same "
            "class in a cell above, or train here."
        )
    return (
        "The file was pickled by other versions of its libraries. Train and save it again with those of "
        "this kernel, or name a Python with the versions that made it with kernel=/path/to/python."
    )


def unknown_parameter(trouble: Trouble) -> str | None:
    """A parameter, name or attribute that the installed version does not have."""
    found = re.search(
        r"(?:(\w+)(?:\.__init__)?\(\) )?got an unexpected keyword argument '(\w+)'", trouble.said
    )
    if found and not _is_own(trouble, found[1]):
        return f"The installed version of its library has no {found[2]}=: take it out. {OR_OLDER}"
    found = re.search(r"cannot import name '(\w+)' from '([\w.]+)'", trouble.said)
    if found and beside(trouble.notebook.path.parent, found[2].partition(".")[0]) is None:
        return (
            f"The installed version of {found[2].partition('.')[0]} has no {found[1]}. {OR_OLDER}"
        )
    found = re.search(r"module '([\w.]+)' has no attribute '(\w+)'", trouble.said)
    if found:
        return (
            f"The installed version of {found[1].partition('.')[0]} has no {found[2]}. {OR_OLDER}"
        )
    return None


def pandas_three(trouble: Trouble) -> str | None:
    """Something that pandas 3 does otherwise, without a word, in a cell above."""
    found = silent_change(trouble.failure, trouble.notebook, trouble.python)
    return f"{found} {OR_OLDER}" if found else None


def _is_own(trouble: Trouble, function: str | None) -> bool:
    return function is not None and trouble.scope.binds(function)
