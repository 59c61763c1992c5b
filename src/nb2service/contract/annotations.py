"""JSON Schema 2020-12 for annotations of plain types."""

import ast
from collections.abc import Sequence

from nb2service.contract.schemas import Schema, merge, schema_of

_PLAIN = {"int": "integer", "float": "number", "str": "string", "bool": "boolean"}


def annotation_schema(annotation: str) -> Schema | None:
    """The schema that an annotation of plain types stands for; None for any other."""
    try:
        node = ast.parse(annotation.replace("typing.", ""), mode="eval").body
    except SyntaxError:
        return None
    return _of_node(node)


def _of_node(node: ast.expr) -> Schema | None:
    parts: Sequence[ast.expr]
    match node:
        case ast.Name(id=name) if name in _PLAIN:
            return {"type": _PLAIN[name]}
        case ast.Constant(value=None):
            return {"type": "null"}
        case ast.Constant(value=str(text)):
            return annotation_schema(text)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            parts = [left, right]
        case ast.Subscript(value=ast.Name(id="Optional"), slice=inner):
            parts = [inner, ast.Constant(None)]
        case ast.Subscript(value=ast.Name(id="Union"), slice=ast.Tuple(elts=parts)):
            pass
        case ast.Subscript(value=ast.Name(id="list" | "List"), slice=inner):
            items = _of_node(inner)
            return None if items is None else {"type": "array", "items": items}
        case ast.Subscript(value=ast.Name(id="Literal"), slice=inner):
            try:
                known = [ast.literal_eval(element) for element in _elements(inner)]
            except ValueError:  # an enum's member
                return None
            return {**schema_of(known), "enum": known}
        case _:
            return None
    merged: Schema = {}
    for part in parts:
        schema = _of_node(part)
        if schema is None:
            return None
        merged = merge(merged, schema)
    return merged


def _elements(node: ast.expr) -> Sequence[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]
