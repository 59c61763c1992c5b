"""The check of categories: a function that a path needs and no notebook has."""

import ast
from collections.abc import Iterable
from dataclasses import replace

from nb2service.notebook.statements import Scope
from nb2service.slicing.compile.effects import Effect
from nb2service.slicing.trace.constants import ConstantPool
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


def with_category_check(
    scope: Scope, effects: Iterable[Effect], pool: ConstantPool
) -> tuple[list[Effect], dict[str, str]]:
    """The effects with a check wherever values get constant categories, and the functions that they call.

    Without it pandas makes a missing value of one that is no category, and all of its dummies zero.

    Returns:
        The effects, and the sources of the functions by their names.
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
                ) if (value := pool.of(frozen)) is not None and value.categories:
                    used = True
                    return ast.Call(ast.Name(name, ast.Load()), [values, node.args[0]], [])
            return node

    checked = [
        one if one.node is None else replace(one, node=Check().visit(copied(one.node)))
        for one in effects
    ]
    return checked, {name: _SOURCE.format(name=name)} if used else {}
