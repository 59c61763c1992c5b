"""Functions that a path needs and no notebook has: they go into `model/predict.py` beside it."""

import ast
from collections.abc import Iterable
from dataclasses import replace

from nb2service.notebook.statements import Scope
from nb2service.slicing.compile.effects import Act
from nb2service.slicing.trace.constants import Freezer
from nb2service.slicing.trace.trees import copied

_CATEGORIES = "as_categories"
_SOURCE = '''\
def {name}(values, known):
    """Give a column, or several, the notebook's categories; any other value is refused."""
    given = [(values, known)]
    if isinstance(known, dict):
        given = [(values[column], dtype) for column, dtype in known.items()]
    for column, dtype in given:
        if not (column.isna() | column.isin(dtype.categories)).all():
            raise ValueError(f"{{column.name}}: a value is none of {{list(dtype.categories)}}")
    return values.astype(known)
'''


def is_helper(source: str) -> bool:
    """Whether it is the source of such a function, which no cell has."""
    return (
        source.startswith(f"def {_CATEGORIES}") and "is none of {list(dtype.categories)}" in source
    )


def with_known_categories(
    scope: Scope, acts: Iterable[Act], freezer: Freezer
) -> tuple[list[Act], dict[str, str]]:
    """The acts with a check wherever values get frozen categories, and the functions that they call.

    Without it pandas makes a missing value of one that is no category, and all of its dummies zero.

    Returns:
        The acts, and the sources of the functions by their names.
    """
    name = _CATEGORIES
    while scope.binds(name):
        name += "_"
    used = False

    class Check(ast.NodeTransformer):
        def visit_Call(self, node: ast.Call) -> ast.expr:
            nonlocal used
            self.generic_visit(node)
            match node:
                case ast.Call(
                    func=ast.Attribute(value=values, attr="astype"), args=[ast.Name(id=frozen)]
                ) if (value := freezer.of(frozen)) is not None and value.categories:
                    used = True
                    return ast.Call(ast.Name(name, ast.Load()), [values, node.args[0]], [])
            return node

    checked = [
        act if act.node is None else replace(act, node=Check().visit(copied(act.node)))
        for act in acts
    ]
    return checked, {name: _SOURCE.format(name=name)} if used else {}
