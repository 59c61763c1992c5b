"""Name the columns of an array or of lists by what the model knows, or was fitted on."""

import contextlib
import re

# Names that a library gives where it was fitted on an array.
_MADE_UP = re.compile(r"(Column_|x|f)?\d+")
_OWN = ("feature_names_in_", "feature_names_", "feature_name_")


def with_names(encoded, given_to, parameter, namespace):
    """An argument with names of its columns, if all that it is given to agree on them.

    Args:
        encoded: the argument; see `recording/encode.py`.
        given_to: a list of `name`, and `columns`: of the table that it was fitted on, or None.
        parameter: the argument's own name.
        namespace: the notebook's names.
    """
    known = {_names(namespace.get(one["name"]), one["columns"]) for one in given_to}
    if len(known) != 1 or not (names := known.pop()) or list(names) == [parameter]:
        return encoded
    width = _width(encoded)
    if len(names) != width or len(set(names)) != width:
        return encoded
    if encoded["form"] == "frame":
        return _renamed(encoded, names)
    return {**encoded, "columns": list(names)}


def _names(model, columns):
    """The names that a model knows, else those of the table; an empty tuple without any."""
    for attribute in _OWN:
        own: tuple[str, ...] = ()
        with contextlib.suppress(Exception):  # of a library: not fitted, or on an array
            own = tuple(map(str, getattr(model, attribute)))
        if own and not all(map(_MADE_UP.fullmatch, own)):
            return own
    if columns and all(isinstance(name, str) for name in columns):
        return tuple(columns)
    return ()


def _width(encoded):
    """How many columns it has without names: numbers for labels, or none at all; else None."""
    if encoded["form"] == "array":
        return len(encoded["plain"][0]) if encoded["ndim"] == 2 and encoded["plain"] else None
    if encoded["form"] == "list" and encoded.get("types") == ["list"]:
        rows = encoded["plain"]
        flat = not any(isinstance(value, (list, dict)) for row in rows for value in row)
        widths = set(map(len, rows))
        return widths.pop() if flat and len(widths) == 1 else None
    if encoded["form"] == "frame":
        labels = [column["label"] for column in encoded["columns"]]
        return len(labels) if labels == list(range(len(labels))) else None
    return None


def _renamed(encoded, names):
    """A table whose columns are called by numbers: a request calls them by names."""
    columns = [
        {**column, "name": name} for column, name in zip(encoded["columns"], names, strict=True)
    ]
    plain = [dict(zip(names, row.values(), strict=True)) for row in encoded["plain"]]
    return {**encoded, "columns": columns, "plain": plain}
