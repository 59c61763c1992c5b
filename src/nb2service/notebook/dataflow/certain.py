"""Certain: which names a statement binds whichever way it takes."""

import ast


def certainly_binds(node: ast.stmt, name: str) -> bool:
    """Whether the statement binds the name whichever way it takes."""

    def all_bind(body: list[ast.stmt]) -> bool:
        return any(
            certainly_binds(s, name) or isinstance(s, ast.Raise | ast.Continue | ast.Break)
            for s in body
        )

    match node:
        case ast.If(body=body, orelse=orelse):
            return all_bind(body) and all_bind(orelse)
        case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
            tried = all_bind([*body, *orelse]) and all(all_bind(h.body) for h in handlers)
            return tried or all_bind(final)
        case ast.With(items=items, body=body):
            return all_bind(body) and not any("suppress" in ast.unparse(i) for i in items)
        case ast.For() | ast.While() | ast.AsyncFor() | ast.Match():
            return False
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return node.name == name
        case ast.Import() | ast.ImportFrom():
            return any((a.asname or a.name.partition(".")[0]) == name for a in node.names)
    return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(node) if _stores(n))


def _stores(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
