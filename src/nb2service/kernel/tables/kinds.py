"""Which sort of table a value is, and how many rows it has."""


def kind_of(value):
    """Which sort of table it is: `frame`, `series`, `array`, `sparse` or `list`, else `other`."""
    name = type_name(value)
    if name.startswith("pandas"):
        if hasattr(value, "columns"):
            return "frame"
        return "series" if hasattr(value, "iloc") else "other"
    if name == "numpy.ndarray":
        return "array" if value.ndim else "other"
    if name.startswith("scipy.sparse") and hasattr(value, "tocsr"):
        return "sparse"
    return "list" if isinstance(value, list) and value else "other"


def rows_of(value):
    """How many rows a value has, if it is a table, an array, a sparse matrix or a list; else None."""
    if type_name(value) == "xgboost.core.DMatrix":
        return value.num_row()
    if hasattr(value, "iloc") or isinstance(value, list):
        return len(value)
    shape = getattr(value, "shape", None)
    return shape[0] if isinstance(shape, tuple) and shape else None


def type_name(value):
    """The full name of a value's type; the name alone for Python's own types."""
    return class_name(type(value))


def class_name(kind):
    """The full name of a class; the name alone for Python's own."""
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
