"""The source of functions and classes that no cell shows: those that `%run` brought."""

import ast
import inspect
import linecache
import types


def source_of(name, value):
    """The statement that binds `name` in the file where the value was defined; None if unknown.

    Classes do not know their file, but their methods do.
    """
    for code in _codes(value):
        lines = linecache.getlines(code.co_filename)
        try:
            tree = ast.parse("".join(lines))
        except SyntaxError:
            continue
        found = [node for node in tree.body if _binds(node, name) and _spans(node, code)]
        if found:
            decorators = getattr(found[-1], "decorator_list", [])
            first = min(n.lineno for n in (found[-1], *decorators))
            return "".join(lines[first - 1 : found[-1].end_lineno]).rstrip("\n")
    return None


def _codes(value):
    """The code objects in a function or in the methods of a class."""
    if isinstance(value, type):
        for member in vars(value).values():
            function = getattr(member, "__func__", getattr(member, "fget", member))
            yield from _codes(function) if isinstance(function, types.FunctionType) else ()
        return
    function = inspect.unwrap(value) if callable(value) else value
    if isinstance(getattr(function, "__code__", None), types.CodeType):
        yield function.__code__


def _spans(node, code):
    decorators = getattr(node, "decorator_list", [])
    first = min(n.lineno for n in (node, *decorators))
    return first <= code.co_firstlineno <= node.end_lineno


def _binds(node, name):
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return node.name == name
    targets = getattr(node, "targets", [getattr(node, "target", None)])
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)
