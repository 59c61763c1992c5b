"""Bodies: what the body of a function may do, and the text of an `exec`."""

import ast

from nb2service.notebook.dataflow.bound import parameters, rest_parameters, stored_names
from nb2service.notebook.dataflow.frame import REST, Frame
from nb2service.notebook.dataflow.heap import NOTHING, Function, Locs
from nb2service.notebook.dataflow.program import Program
from nb2service.notebook.dataflow.summaries import summarized
from nb2service.notebook.dataflow.summary import Summary
from nb2service.notebook.dataflow.symbol import Symbol
from nb2service.notebook.dataflow.values import value
from nb2service.notebook.dataflow.walk import walk


def summarize(program: Program, known: Function) -> Summary:
    """What a function of the notebook may do when it is called."""
    node = known.node
    body = node.body if isinstance(node.body, list) else []
    said = {n for s in ast.walk(node) if isinstance(s, ast.Global | ast.Nonlocal) for n in s.names}
    places = {name: str(place) for place, name in enumerate(parameters(node))}
    places |= dict.fromkeys(rest_parameters(node), REST)
    own = frozenset({*places, *(stored_names(body) - said)})
    frame = Frame(program.heap, program, run_text, known, own)
    for name, place in places.items():
        frame.names.set(name, frozenset({frame.symbol(Symbol("parameter", place))}))
    if isinstance(node, ast.Lambda):
        frame.seen.returned |= value(frame, node.body)
    else:
        walk(frame, body)
    return summarized(frame)


def run_text(frame: Frame, text: str, builtin: str) -> Locs:
    """Go through the text of an `exec` or an `eval`, and return what the latter may give.

    Raises:
        SyntaxError: it is no Python.
    """
    tree = ast.parse(text.strip())
    frame.program.texts.append(tree)
    frame.seen.binds |= stored_names(tree.body)
    if builtin == "eval" and isinstance(tree.body[0], ast.Expr):
        return value(frame, tree.body[0].value)
    walk(frame, tree.body)
    return NOTHING
