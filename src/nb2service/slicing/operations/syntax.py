"""Questions about the syntax of calls and subscripts."""

import ast


def keyword_of(call: ast.Call, name: str) -> ast.expr | None:
    """The value of a keyword argument; None without it."""
    return next((k.value for k in call.keywords if k.arg == name), None)


def list_of(*labels: object) -> ast.List:
    """A list of plain values."""
    return ast.List([ast.Constant(label) for label in labels], ast.Load())  # type: ignore[arg-type]


def method(value: ast.expr, name: str, *arguments: ast.expr, **keywords: ast.expr) -> ast.Call:
    """The call `value.name(…)`."""
    named = [ast.keyword(key, given) for key, given in keywords.items()]
    return ast.Call(ast.Attribute(value, name, ast.Load()), list(arguments), named)


def along_rows(call: ast.Call) -> bool:
    """Whether an aggregate works along each row: `axis=1`."""
    if (value := keyword_of(call, "axis")) is not None:
        if isinstance(value, ast.UnaryOp):
            return True  # axis=-1
        return isinstance(value, ast.Constant) and value.value in (1, "columns")
    name = getattr(call.func, "attr", "")
    if name in ("percentile", "nanpercentile", "quantile", "nanquantile"):
        return False
    last = call.args[-1] if call.args else None
    return isinstance(last, ast.Constant) and last.value == 1 and len(call.args) in (1, 2)


def is_count(call: ast.Call, position: int, keyword: str) -> bool:
    """Whether an argument is a whole number, such as how many bins to find."""
    found = call.args[position] if len(call.args) > position else None
    found = keyword_of(call, keyword) or found
    return isinstance(found, ast.Constant) and isinstance(found.value, int)


def is_accessor(node: ast.expr) -> bool:
    """Whether it is `df.loc` or one of its like."""
    return isinstance(node, ast.Attribute) and node.attr in ("loc", "iloc", "at", "iat")


def is_full(index: ast.expr) -> bool:
    """Whether it takes everything: `:`."""
    return isinstance(index, ast.Slice) and (index.lower, index.upper, index.step) == (None,) * 3


def is_place(index: ast.expr) -> bool:
    """Whether it is the number of one row."""
    if isinstance(index, ast.UnaryOp):
        index = index.operand
    return isinstance(index, ast.Constant) and type(index.value) is int


def table_of(node: ast.AST) -> ast.expr | None:
    """The table whose values alone an expression is, as in `df[features].values`; else None."""
    match node:
        case ast.Attribute(value=table, attr="values"):
            return table
        case ast.Call(func=ast.Attribute(value=table, attr="to_numpy")):
            return table
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="np" | "numpy"), attr="array" | "asarray"),
            args=[table, *_],
        ):
            return table
    return None
