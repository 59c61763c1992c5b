"""What the tracker tells the generator about a value: which sort of table it is, and what it lists."""

from ..tables.kinds import kind_of, rows_of, type_name

# Items of a list, a set or an index that are told; one of more is no list of columns.
MOST_ITEMS = 2000
# Items or cells of what may be a constant of a step.
MOST_CELLS = 1000


def info(value):
    """Describe a value.

    Returns:
        A dict with `kind` (see `kind_of`), `type`, `rows`, `trained` (whether it predicts or transforms),
        and what is known of columns, keys or items.
    """
    name = type_name(value)
    described = {"kind": kind_of(value), "type": name, "rows": rows_of(value)}
    described["trained"] = is_trained(value)
    if described["kind"] == "frame":
        described["columns"] = [c if isinstance(c, (str, int)) else str(c) for c in value.columns]
    elif described["kind"] == "series":
        described["dtype"] = getattr(value.dtype, "kind", "O")
    elif described["kind"] in ("array", "sparse"):
        described["dtype"] = value.dtype.kind
        described["width"] = int(value.shape[1]) if len(value.shape) > 1 else None
    elif isinstance(value, dict):
        described["keys"] = [key for key in value if is_literal(key)]
    elif (items := items_of(value)) is not None:
        described["items"] = items
    return described


def is_trained(value):
    """Whether it predicts or transforms, or lists what does: `models`, `[("ridge", model)]`."""
    if isinstance(value, (list, tuple)) and 0 < len(value) <= MOST_ITEMS:
        return any(map(is_trained, value)) if type(value[0]) not in (int, float, str) else False
    return any(hasattr(type(value), m) for m in ("predict", "transform", "fit"))


def items_of(value):
    """What a list, a set or an index lists, such as columns; None if it is long, or no literals."""
    is_index = type_name(value).startswith("pandas") and hasattr(value, "get_indexer")
    if not (is_index or isinstance(value, (list, set, tuple))) or len(value) > MOST_ITEMS:
        return None
    items = sorted(value, key=str) if isinstance(value, set) else list(value)
    return items if all(map(is_literal, items)) else None


def may_be_constant(value):
    """Whether a step may use it as a value: a scaler, a list of columns, a small table to look up."""
    if kind_of(value) == "other":
        return True
    size = len(value) if isinstance(value, list) else getattr(value, "size", MOST_CELLS)
    return size <= MOST_CELLS


def is_literal(value):
    """Whether it is None, a bool, a number or a text, of Python's own types."""
    return value is None or type(value) in (bool, int, float, str)
