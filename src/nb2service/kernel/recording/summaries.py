"""What all rows of a table or an array tell, of which only a sample is taken down."""

import math

from ..plain import to_plain
from ..tables.kinds import class_name

# More distinct values than these are no categories; see `contract/seen.py`.
MOST_KNOWN = 50
# An array with more columns is an image, or text in numbers: it has one range for all.
MOST_COLUMNS = 100


def of_column(column):
    """The count, range and distinct values of a pandas column without its nulls, as plain data."""
    try:
        return _of_column(column)
    except (TypeError, ValueError):  # values that have no order, or cannot be told apart
        return {}


def _of_column(column):
    present = column.dropna()
    told = {"count": len(present)}
    if not len(present):
        return told
    kind = getattr(column.dtype, "kind", "O")
    if kind in "iufmM":
        told.update(_range(to_plain(present.min()), to_plain(present.max())))
    countable = kind in "iu" or (kind == "O" and set(map(type, present.to_numpy(object))) == {str})
    if countable and present.iloc[:1000].nunique() <= MOST_KNOWN:
        told["known"] = _few(to_plain(list(present.unique())))
    return told


def of_objects(column):
    """For a column of objects: the Python types of its values, and whether its nulls are NaN."""
    missing, every = column.isna().to_numpy(bool), column.to_numpy(object)
    values = list(every[~missing])
    return {
        **types_of(values),
        "nan": any(issubclass(kind, float) for kind in set(map(type, every[missing]))),
        "nan_inside": has_nan(values),
    }


def types_of(values):
    """The full names of the types of values, and the dtypes of those that have one."""
    kinds = set(map(type, values))
    typed = any(hasattr(kind, "dtype") for kind in kinds)
    return {
        "types": sorted(map(class_name, kinds)),
        "dtypes": sorted({str(v.dtype) for v in values if hasattr(v, "dtype")} if typed else ()),
    }


def of_array(array):
    """The range of each column of numbers, or of the whole array, and whether it has a NaN."""
    if array.dtype.kind not in "iuf" or not array.size:
        return {}
    by_column = array.ndim == 2 and array.shape[1] <= MOST_COLUMNS
    missing = array != array  # NaN alone differs from itself
    told = {"null": bool(missing.any())}
    if told["null"]:
        return {**told, **_range_but(array, missing, by_column)}
    axis = 0 if by_column else None
    return {**told, **_range(to_plain(array.min(axis=axis)), to_plain(array.max(axis=axis)))}


def of_list(values):
    """The same of a list of strings or numbers; of a list of dicts, for each key."""
    if values and all(isinstance(value, dict) for value in values):
        return {"fields": of_dicts(values)}
    kinds = set(map(type, values))
    if kinds == {str}:
        return {"count": len(values), "null": False, "known": _few(set(values))}
    present = [value for value in to_plain(list(values)) if value is not None]
    kinds = set(map(type, present))
    told = {"count": len(present), "null": len(present) < len(values)}
    if kinds and kinds <= {int, float}:
        told.update(_range(min(present), max(present)))
    if kinds in ({str}, {int}):
        told["known"] = _few(set(present))
    return told


def of_dicts(dicts):
    """The same for each key of dicts, with whether some have NaN there, or have it not."""
    found = {}
    for key in dict.fromkeys(key for part in dicts for key in part):
        values = [part[key] for part in dicts if key in part]
        told = {"nan": has_nan(values), "absent": len(values) < len(dicts)}
        found[str(key)] = {**of_list(values), **told}
    return found


def has_nan(values):
    """Whether a NaN lies in a list, at whatever depth."""
    if isinstance(values, list | tuple):
        # Most of a long list is of one type, which decides it at once.
        if not set(map(type, values)) - {str, int, bool}:
            return False
        return any(has_nan(value) for value in values)
    return isinstance(values, float) and bool(values != values)


def _range_but(array, missing, by_column):
    """The range of an array with NaN, which a minimum would be."""
    columns = array.T if by_column else [array]
    gaps = missing.T if by_column else [missing]
    parts = [column[~gap] for column, gap in zip(columns, gaps, strict=True)]
    if not all(len(part) for part in parts):
        return {}
    low, high = ([to_plain(get(part)) for part in parts] for get in (min_of, max_of))
    return _range(low, high) if by_column else _range(low[0], high[0])


def min_of(array):
    return array.min()


def max_of(array):
    return array.max()


def _range(low, high):
    """A range without infinities, which JSON does not have."""
    numbers = [*low, *high] if isinstance(low, list) else [low, high]
    known = all(n is not None and n == n and n not in (math.inf, -math.inf) for n in numbers)
    return {"min": low, "max": high} if known else {}


def _few(values):
    return sorted(values) if len(values) <= MOST_KNOWN else None
