"""Put calls of the tracker around the watched statements of a cell, before IPython runs it."""

import ast

HOOK = "__nb2service_track__"
# Kinds of places that have a call of the tracker's to their own name.
_KINDS = ("each", "listed", "printed", "columns")


class Watch(ast.NodeTransformer):
    """Changes the cells that run.

    Attributes:
        specs: (line, nth) -> what to watch of a statement; see `track.Tracker.cell`.
    """

    def __init__(self):
        self.specs = {}

    def visit_Module(self, node):
        if _is_request(node):
            return node
        body: list[ast.stmt] = []
        nth: dict[int, int] = {}
        for statement in node.body:
            line = statement.lineno
            spec = self.specs.get((line, nth.get(line, 0)))
            nth[line] = nth.get(line, 0) + 1
            body += [statement] if spec is None else _watched(statement, spec)
        node.body = body
        return node


def _is_request(node):
    """Whether it is no cell of the notebook, but a question of the generator."""
    return len(node.body) == 1 and any(
        isinstance(part, ast.Constant) and part.value == "_nb2service.kernel.requests"
        for part in ast.walk(node.body[0])
    )


def _watched(statement, spec):
    places = {tuple(place[:4]): place[4] for place in spec["places"]}
    if spec["compound"]:
        _trace(statement, spec["id"], [])
    marked = _Keep(places).visit(statement) if places else statement
    begin, end = (
        _hook(name, [ast.Constant(spec["id"])], statement) for name in ("before", "after")
    )
    return [begin, marked, end]


def _trace(node, number, targets):
    """Put a call before each simple statement inside of a compound one."""
    if isinstance(node, (ast.For, ast.AsyncFor)):
        names = [n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)]
        targets = [*targets, *names]
    for field in ("body", "orelse", "finalbody"):
        inner = getattr(node, field, None)
        if isinstance(inner, list):
            setattr(node, field, _traced(inner, number, targets))
    for handler in getattr(node, "handlers", []):
        handler.body = _traced(handler.body, number, targets)


def _traced(statements, number, targets):
    found = []
    for statement in statements:
        if isinstance(statement, (ast.For, ast.AsyncFor, ast.If, ast.With, ast.Try, ast.AsyncWith)):
            _trace(statement, number, targets)
        else:
            where = [ast.Constant(number), ast.Constant(statement.lineno)]
            where.append(ast.Constant(statement.col_offset))
            loop = ast.Dict(
                [ast.Constant(t) for t in targets], [ast.Name(t, ast.Load()) for t in targets]
            )
            found.append(_hook("ran", [*where, loop], statement))
        found.append(statement)
    return found


class _Keep(ast.NodeTransformer):
    """Let the values at the given places pass through the tracker."""

    def __init__(self, places):
        self.places = places

    def visit(self, node):
        place = _place_of(node) if isinstance(node, ast.expr) else None
        kind = self.places.get(place)
        self.generic_visit(node)
        if (
            place is None
            or kind is None
            or isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del))
        ):
            return node
        key = ast.Constant(",".join(map(str, place)))
        if kind == "fitted":
            return _fitted(node, key)
        if kind in ("dummies", "category", "categorical"):
            return _encoded(node, key, kind)
        if kind == "dates":
            first = [k.value for k in node.keywords if k.arg == "dayfirst"]
            node.args[0] = _call("dates", [key, node.args[0], *first], node)
            return node
        if kind == "bins":
            return _call("binned", [key, node.func, *node.args], node, node.keywords)
        return _call(kind if kind in _KINDS else "keep", [key, *_passed(node, kind)], node)


def _passed(node, kind):
    """What the tracker is given of the expression."""
    if kind == "each":
        return [node.func.value, *node.args]
    return node.args if kind == "printed" else [node]


def _fitted(call, key):
    """`x.fit(…)`, whose method the tracker hands out."""
    bound = [key, call.func.value, ast.Constant(call.func.attr)]
    call.func = _call("fitted", bound, call)
    return call


def _encoded(call, key, kind):
    """`get_dummies(table, …)` or `column.astype("category")`, of a table that the tracker sees."""
    table = call.func.value if kind == "category" else call.args[0]
    columns = [k.value for k in call.keywords if k.arg == "columns"]
    passed = _call("categories", [key, table, *columns], call)
    if kind == "category":
        call.func.value = passed
    else:
        call.args[0] = passed
    return call


def _place_of(node):
    """Where an expression stands: line, column, end line, end column."""
    return (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)


def _call(method, arguments, near, keywords=()):
    function = ast.Attribute(ast.Name(HOOK, ast.Load()), method, ast.Load())
    made = ast.Call(function, arguments, list(keywords))
    return ast.fix_missing_locations(ast.copy_location(made, near))


def _hook(method, arguments, near):
    return ast.fix_missing_locations(
        ast.copy_location(ast.Expr(_call(method, arguments, near)), near)
    )
