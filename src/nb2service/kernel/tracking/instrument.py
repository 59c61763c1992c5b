"""Put calls of the tracker around the watched statements of a cell, before IPython runs it."""

import ast

HOOK = "__nb2service_track__"
# Ways of capturing that the tracker has itself; all others are reducers of calls.
_KINDS = ("keep", "each", "listed", "printed", "columns")


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
        if kind not in _KINDS:
            given = [key, ast.Constant(kind), node.func, *node.args]
            return _call("called", given, node, node.keywords)
        return _call(kind, [key, *_passed(node, kind)], node)


def _passed(node, kind):
    """What the tracker is given of the expression."""
    if kind == "each":
        return [node.func.value, *node.args]
    return node.args if kind == "printed" else [node]


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
