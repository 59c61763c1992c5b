"""Questions about expressions: how the parts of preparation are told apart."""

import ast

from nb2service.slicing.operations.names import ACROSS, HOLDERS


def drops_columns(call: ast.Call) -> bool:
    """Whether a call of `drop` drops columns, not rows."""
    for keyword in call.keywords:
        if keyword.arg == "columns":
            return True
        if keyword.arg == "axis":
            return isinstance(keyword.value, ast.Constant) and keyword.value.value in (1, "columns")
    return len(call.args) > 1 and isinstance(call.args[1], ast.Constant) and call.args[1].value == 1


def goes_along(receiver: ast.expr) -> bool:
    """Whether it aggregates for each row what stands around it, as `df.rolling(3).mean()` does."""
    return any(
        isinstance(part, ast.Attribute) and part.attr in ACROSS - {"groupby"}
        for part in ast.walk(receiver)
    )


def along_rows(call: ast.Call) -> bool:
    """Whether an aggregate works along each row: `axis=1`."""
    for keyword in call.keywords:
        if keyword.arg == "axis":
            value = keyword.value
            if isinstance(value, ast.UnaryOp):
                return True  # axis=-1
            return isinstance(value, ast.Constant) and value.value in (1, "columns")
    name = getattr(call.func, "attr", "")
    if name in ("percentile", "nanpercentile", "quantile", "nanquantile"):
        return False
    last = call.args[-1] if call.args else None
    return isinstance(last, ast.Constant) and last.value == 1 and len(call.args) in (1, 2)


def joins_rows(call: ast.Call, name: str) -> bool:
    """Whether a call puts the rows of several tables below one another."""
    if name not in ("concat", "concatenate"):
        return False
    return not along_rows(call)


def is_count(call: ast.Call, position: int, keyword: str) -> bool:
    """Whether an argument is a whole number, such as how many bins to find."""
    found = call.args[position] if len(call.args) > position else None
    for one in call.keywords:
        if one.arg == keyword:
            found = one.value
    return isinstance(found, ast.Constant) and isinstance(found.value, int)


def cut_keywords(call: ast.Call) -> list[ast.keyword]:
    """The arguments with which `cut` does at known bins what the `cut` or the `qcut` did."""
    quantiles = isinstance(call.func, ast.Attribute) and call.func.attr == "qcut"
    names = ("labels",) if quantiles else ("right", "labels")
    placed = [ast.keyword(n, v) for n, v in zip(names, call.args[2:], strict=False)]
    named = [k for k in call.keywords if k.arg not in ("q", "bins", "retbins", "x")]
    lowest = [ast.keyword("include_lowest", ast.Constant(True))] if quantiles else []
    return [*placed, *named, *lowest]


def is_accessor(node: ast.expr) -> bool:
    """Whether it is `df.loc` or one of its like."""
    return isinstance(node, ast.Attribute) and node.attr in ("loc", "iloc", "at", "iat")


def is_full(index: ast.Slice) -> bool:
    """Whether a slice takes everything: `:`."""
    return index.lower is None and index.upper is None and index.step is None


def is_place(index: ast.expr) -> bool:
    """Whether it is the number of one row."""
    if isinstance(index, ast.UnaryOp):
        index = index.operand
    return isinstance(index, ast.Constant) and type(index.value) is int


def is_boolean(node: ast.expr) -> bool:
    """Whether an index is a condition on the rows rather than a choice of columns."""
    match node:
        case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Invert()):
            return True
        case ast.BinOp(op=ast.BitAnd() | ast.BitOr() | ast.BitXor()):
            return True
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in (
                "isin",
                "notna",
                "notnull",
                "isna",
                "isnull",
                "between",
                "contains",
                "any",
                "all",
                "startswith",
            )
        case ast.Name():
            return True
    return False


def holds_rows(node: ast.AST) -> bool:
    """Whether it is `xgb.DMatrix(X, label=y)` or one of its like."""
    if not isinstance(node, ast.Call) or not node.args:
        return False
    return getattr(node.func, "attr", getattr(node.func, "id", "")) in HOLDERS


def without_labels(call: ast.Call) -> ast.Call:
    """The call that holds rows, without the labels and the weights that only training needs."""
    keywords = [k for k in call.keywords if k.arg not in ("label", "weight", "group", "qid")]
    return ast.copy_location(ast.Call(call.func, call.args[:1], keywords), call)


def with_constant(call: ast.expr) -> ast.expr:
    """`add_constant` as it works for one row, too, where every column is constant already."""
    if not isinstance(call, ast.Call) or any(k.arg == "has_constant" for k in call.keywords):
        return call
    keyword = ast.keyword("has_constant", ast.Constant("add"))
    return ast.Call(call.func, call.args, [*call.keywords, keyword])
