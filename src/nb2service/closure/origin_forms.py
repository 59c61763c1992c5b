"""The forms by which `origins` knows where a value comes from: names of calls, and how rows are cut out."""

import ast
from collections.abc import Iterator

from nb2service.notebook.changes import outside_functions, root_name

# Calls that learn, whatever they are given; and the beginnings of such names.
LEARNS = frozenset(
    {"polyfit", "lstsq", "curve_fit", "minimize", "solve", "inv", "pinv", "linregress", "ols"}
    | {"least_squares", "svd", "eig", "eigh", "gradient_descent", "optimize"}
)
LEARN = ("fit", "train_", "learn")
# Calls that give a whole table, and the beginnings of their names.
TABLES = frozenset({"loadtxt", "genfromtxt", "train_test_split", "load_dataset"})
TABLE = ("read_", "fetch_", "make_", "load_")
# What comes from a file or from a network may be anything.
READS = frozenset({"load", "loads", "open", "read", "get", "post", "safe_load"})
READS |= {"load_model", "load_weights", "load_params", "load_config", "load_settings"}
# Methods and functions that make one value of a whole table.
REDUCES = frozenset(
    {"mean", "median", "mode", "std", "var", "min", "max", "sum", "quantile", "percentile", "len"}
    | {"nunique", "unique", "value_counts", "corr", "cov", "average", "describe", "prod", "count"}
    | {"nanmean", "nanmedian", "nanstd", "nanmin", "nanmax", "amin", "amax"}
)
# Methods that pick a few rows, and functions that give one element.
FEW = frozenset({"sample", "head", "tail"})
ELEMENT = frozenset({"next", "item", "pop", "choice", "popitem"})
BY_LABEL = frozenset({"loc", "iloc", "at", "iat"})
# Draws many numbers if it has a size.
DRAWS = frozenset({"rand", "randn", "standard_normal", "random_sample"})
# A slice of so many rows is a sample to ask about, a longer one is a part of the data.
SAMPLE = 10


def names(target: ast.expr) -> set[str]:
    """The names in an expression."""
    return {part.id for part in ast.walk(target) if isinstance(part, ast.Name)}


def bound_by(part: ast.AST) -> Iterator[str]:
    """The name that a node binds, if it is one on the left side."""
    if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
        yield part.id


def given_to(target: ast.expr, value: ast.expr, name: str) -> ast.expr | None:
    """The part of a value that an assignment gives to a name; None if it gives none."""
    if isinstance(target, ast.Tuple | ast.List):
        for place, one in enumerate(target.elts):
            if name in names(one):
                paired = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(
                    target.elts
                )
                return value.elts[place] if paired else value  # type: ignore[attr-defined]
        return None
    return value if root_name(target) == name else None


def is_text(value: ast.expr) -> bool:
    """Whether it is a text, or holds one."""
    if isinstance(value, ast.List | ast.Tuple):
        return any(is_text(one) for one in value.elts)
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def is_short(lower: ast.expr | None, upper: ast.expr | None) -> bool:
    """Whether a slice is of a few rows: `[:5]`, `[i:i + 1]`."""
    match lower, upper:
        case (None, ast.Constant(value=int(end))):
            return end <= SAMPLE
        case (ast.Constant(value=int(start)), ast.Constant(value=int(end))):
            return end - start <= SAMPLE
        case (ast.expr(), ast.BinOp(left=left, op=ast.Add(), right=ast.Constant(value=int(more)))):
            return more <= SAMPLE and ast.dump(left) == ast.dump(lower)
    return False


def is_few(call: ast.Call) -> bool:
    """Whether `head`, `tail` or `sample` give a few rows."""
    counts = [*call.args[:1], *(k.value for k in call.keywords if k.arg in ("n", "frac"))]
    return all(
        isinstance(c, ast.Constant) and isinstance(c.value, int) and c.value <= SAMPLE
        for c in counts
    )


def is_typed_table(call: ast.Call) -> bool:
    """Whether it is a table of several rows that the notebook writes down: `DataFrame({"a": [1, 2]})`."""
    if not ast.unparse(call.func).endswith("DataFrame") or not call.args:
        return False
    match call.args[0]:
        case ast.Dict(values=values):
            return any(isinstance(v, ast.List) and len(v.elts) > 1 for v in values)
        case ast.List(elts=elements):
            return len(elements) > 1
    return False


def grows_in_a_loop(node: ast.stmt, name: str) -> bool:
    """Whether the turns of a loop make a name from itself, as weights that are learned: `w -= step`."""
    loops = [p for p in outside_functions(node) if isinstance(p, ast.For | ast.While)]
    if isinstance(node, ast.FunctionDef):
        loops = [p for p in ast.walk(node) if isinstance(p, ast.For | ast.While)]
    for part in (p for loop in loops for p in ast.walk(loop)):
        match part:
            case ast.AugAssign(target=ast.Name(id=made)) if made == name:
                return True
            case ast.Assign(targets=[ast.Name(id=made)], value=value) if made == name:
                if name in names(value):
                    return True
    return False


def draws_many(call: ast.Call, name: str) -> bool:
    """Whether it draws many random numbers: `rng.normal(size=300)`."""
    text = ast.unparse(call.func)
    if "random" not in text and "rng" not in text and name not in DRAWS:
        return False
    sized = any(k.arg == "size" for k in call.keywords) or len(call.args) > 2
    return sized or (name in DRAWS and bool(call.args))
