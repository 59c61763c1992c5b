"""Write a small plain value as Python, so that it can be read in the code."""

import math

# Longer ones are artifacts: nobody wants to read them in the code.
LONGEST_LITERAL = 3000
LONGEST_INDEX = 200


def literal_of(value):
    """Write a small plain value as Python: (source, modules that it needs), or None."""
    kind = type(value)
    if kind is int and value.bit_length() > LONGEST_LITERAL:
        return None
    if value is None or kind in (bool, int, str, bytes):
        return repr(value), set()
    if kind is float:
        return (repr(value) if math.isfinite(value) else f'float("{value}")'), set()
    if kind in (list, tuple, set, frozenset, dict):
        return _container(value, kind)
    if kind.__module__ == "numpy":
        return _numpy(value)
    if kind.__module__.partition(".")[0] == "pandas":
        return _pandas(value)
    return None


def _container(value, kind):
    items = list(value.items()) if kind is dict else list(value)
    if len(items) > LONGEST_LITERAL:
        return None
    if kind in (set, frozenset):
        items.sort(key=repr)  # sets have no order, the code must have one
    written: list[str] = []
    modules: set[str] = set()
    length = 0
    for item in items:
        parts = [literal_of(part) for part in (item if kind is dict else (item,))]
        if any(part is None for part in parts):
            return None
        written.append(": ".join(source for source, _ in parts))
        length += len(written[-1])
        if length > LONGEST_LITERAL:  # however long the rest is, nobody need write it
            return None
        modules.update(*(needed for _, needed in parts))
    inner = ", ".join(written)
    if kind is tuple:
        return f"({inner}{',' if len(items) == 1 else ''})", modules
    if kind in (set, frozenset):
        braces = f"{{{inner}}}" if items else ""
        return (f"frozenset({braces})" if kind is frozenset else braces or "set()"), modules
    return (f"{{{inner}}}" if kind is dict else f"[{inner}]"), modules


def _numpy(value):
    """NumPy scalars and short flat arrays; their types are kept, answers may depend on them."""
    import numpy

    kind = type(value)
    if kind is numpy.timedelta64:  # an integer to NumPy, but its unit would be lost
        return None
    if isinstance(value, numpy.bool_ | numpy.integer | numpy.str_) or kind in (
        numpy.float16,
        numpy.float32,
        numpy.float64,
    ):
        inner = literal_of(value.item())
        return None if inner is None else (f"numpy.{kind.__name__}({inner[0]})", {"numpy"})
    if (
        kind is numpy.ndarray
        and value.ndim == 1
        and value.size <= 50
        and value.dtype.kind in "biufU"
    ):
        inner = literal_of(value.tolist())
        if (inner is not None and value.dtype.itemsize <= 8) or value.dtype.kind == "U":
            return f'numpy.array({inner[0]}, dtype="{value.dtype.str}")', {"numpy"}
    return None


def _pandas(value):
    """Short lists of columns and of categories, where the plain list gives the same again."""
    import pandas

    kind = type(value)
    if kind is pandas.CategoricalDtype and value.categories is not None:
        inner = _pandas(value.categories)
        ordered = ", ordered=True" if value.ordered else ""
        return inner and (f"pandas.CategoricalDtype({inner[0]}{ordered})", inner[1])
    if kind is pandas.Index and value.name is None and len(value) <= LONGEST_INDEX:
        inner, dtype = literal_of(value.tolist()), str(value.dtype)
        if inner and pandas.Index(value.tolist(), dtype=dtype).identical(value):
            return f'pandas.Index({inner[0]}, dtype="{dtype}")', {"pandas"}
    return None
