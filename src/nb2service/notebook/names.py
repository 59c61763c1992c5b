"""The global names of a piece of code: which it binds, and which it needs.

Python's own `symtable` decides what is local, global or free, so comprehensions, closures, class
bodies and walruses follow the language's rules and not ours.
"""

import ast
import re
import symtable

_IN_QUERY = re.compile(r"@(?:pd\.)?([^\W\d]\w*)")
# Children of a symbol table that run where they stand; all others run when they are called.
_RUN_IN_PLACE = frozenset({"listcomp", "setcomp", "dictcomp", "genexpr"})


def annotation_names(node: ast.AST) -> frozenset[str]:
    """The names that stand in annotations alone, also in those that are texts.

    Names of other scopes may be among them: whoever asks for a name that is no global gets nothing.
    """
    inside: set[str] = set()
    outside: set[str] = set()
    pending = [node]
    while pending:
        part = pending.pop()
        for name, value in ast.iter_fields(part):
            children = value if isinstance(value, list) else [value]
            for child in children:
                if not isinstance(child, ast.AST):
                    continue
                if name in ("annotation", "returns"):
                    inside |= _names_in_annotation(child)
                elif isinstance(child, ast.Name):
                    outside.add(child.id)
                else:
                    pending.append(child)
    return frozenset(inside - outside)


def _names_in_annotation(node: ast.AST) -> set[str]:
    found: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            found.add(part.id)
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            try:
                found |= _names_in_annotation(ast.parse(part.value, mode="eval"))
            except SyntaxError:
                continue
    return found


def names_of(code: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Sort the global names of a piece of code into bound, needed at once and needed in calls.

    Raises:
        SyntaxError: `code` is not Python.
    """
    binds: set[str] = set()
    eager: set[str] = set()
    lazy: set[str] = set()
    top = symtable.symtable(_with_names_in_queries(code), "cell", "exec")
    for symbol in top.get_symbols():
        if symbol.is_assigned() or symbol.is_imported():
            binds.add(symbol.get_name())
        if symbol.is_referenced():
            eager.add(symbol.get_name())
    pending = [(child, False) for child in top.get_children()]
    while pending:
        table, is_lazy = pending.pop()
        called_later = table.get_type() == "function" and table.get_name() not in _RUN_IN_PLACE
        is_lazy = is_lazy or called_later
        for symbol in table.get_symbols():
            if not symbol.is_global():
                continue
            if symbol.is_referenced():
                (lazy if is_lazy else eager).add(symbol.get_name())
            if symbol.is_assigned() and symbol.is_declared_global():
                binds.add(symbol.get_name())
        pending.extend((child, is_lazy) for child in table.get_children())
    return frozenset(binds), frozenset(eager), frozenset(lazy)


def _with_names_in_queries(code: str) -> str:
    """The code with the names that pandas looks up itself: `df.query("price > @limit")`."""
    if "@" not in code:
        return code

    class Named(ast.NodeTransformer):
        def visit_Call(self, call: ast.Call) -> ast.AST:
            self.generic_visit(call)
            match call:
                case ast.Call(
                    func=ast.Attribute(attr="query" | "eval"),
                    args=[ast.Constant(value=str(text)) as first, *rest],
                ) if names := _IN_QUERY.findall(text):
                    found = [ast.Name(name, ast.Load()) for name in names]
                    call.args = [ast.Tuple([first, *found], ast.Load()), *rest]
            return call

    return ast.unparse(ast.fix_missing_locations(Named().visit(ast.parse(code))))


def augmented_names(node: ast.AST) -> frozenset[str]:
    """The names that `name += …` adds to: it needs the value that they have."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Lambda():
            return frozenset()
        case ast.AugAssign(target=ast.Name(id=name)):
            return frozenset({name})
    return frozenset().union(*map(augmented_names, ast.iter_child_nodes(node)))
