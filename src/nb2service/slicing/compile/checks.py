"""Checks: functions that a path needs and no notebook has.

They refuse a value or a row that the notebook has no answer for, where its code would give another one.
"""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import replace

from nb2service.notebook.statements import Scope
from nb2service.slicing.compile.effects import Effect
from nb2service.slicing.operations.guards import ALL_ROWS, REQUIRED, WITHIN_BINS
from nb2service.slicing.trace.constants import ConstantPool
from nb2service.slicing.trace.trees import Visit, replaced

_CATEGORIES = "__as_categories__"
_SOURCES = {
    _CATEGORIES: '''\
def {name}(values, known):
    """Give a column, or several, the notebook's categories; any other value is refused."""
    given = [(values, known)]
    if isinstance(known, dict):
        given = [(values[column], dtype) for column, dtype in known.items()]
    for column, dtype in given:
        if not (column.isna() | column.isin(dtype.categories)).all():
            raise ValueError(f"{{column.name}}: a value is none of {{list(dtype.categories)}}")
    return values.astype(known)
''',
    ALL_ROWS: '''\
def {name}(kept, given, why):
    """Give what the notebook keeps of a table; rows that it leaves out are refused."""
    rows = getattr(kept, "shape", None)
    if rows and rows[0] < given.shape[0]:
        error = ValueError(f"the notebook leaves such rows out: {{why}}")
        error.left_out = why
        raise error
    return kept
''',
    REQUIRED: '''\
def {name}(condition, why):
    """Refuse rows at which the notebook stops."""
    if not condition:
        error = ValueError(f"the notebook stops at such rows: {{why}}")
        error.left_out = why
        raise error
''',
    WITHIN_BINS: '''\
def {name}(made, given):
    """Give the notebook's bins of a column; a value outside of them is refused."""
    outside = [one for one, bin in zip(given, made) if bin != bin and one == one]
    if outside:
        raise ValueError(f"{{getattr(given, 'name', None)}}: {{outside[0]}} is in none of the bins")
    return made
''',
}


_SAYS = {
    _CATEGORIES: "it refuses unknown categories",
    ALL_ROWS: "it refuses rows that the notebook leaves out",
    REQUIRED: "it refuses rows at which the notebook stops",
    WITHIN_BINS: "it refuses values outside of the notebook's bins",
}


def is_helper(source: str) -> bool:
    """Whether it is the source of such a function, which no cell has."""
    return bool(what_it_does(source))


def helper_lines(text: str) -> set[int]:
    """The lines of a module that such functions fill."""
    functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    return {
        line
        for node in functions
        if is_helper(ast.get_source_segment(text, node) or "")
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


def what_it_does(source: str) -> str:
    """What such a function does, in a few words; `""` for any other source."""
    name = source.removeprefix("def ").partition("(")[0]
    return next(
        (
            _SAYS[g]
            for g, one in _SOURCES.items()
            if source.strip() == one.format(name=name).strip()
        ),
        "",
    )


def with_checks(
    scope: Scope, effects: Iterable[Effect], pool: ConstantPool
) -> tuple[list[Effect], dict[str, str]]:
    """The effects with their checks, and the functions that they call.

    Values get constant categories with a check: without it pandas makes a missing value of one that is
    no category, and all of its dummies zero.

    Returns:
        The effects, and the sources of the functions by their names.
    """
    names = {guard: _free(guard.strip("_"), scope) for guard in _SOURCES}
    used: set[str] = set()

    def change(part: ast.AST, visit: Visit) -> ast.AST | None:
        match part:
            case ast.Call(
                func=ast.Attribute(value=values, attr="astype"), args=[ast.Name(id=constant)]
            ) if (value := pool.of(constant)) is not None and value.categories:
                used.add(_CATEGORIES)
                column = visit(values)
                assert isinstance(column, ast.expr)
                return ast.Call(
                    ast.Name(names[_CATEGORIES], ast.Load()), [column, part.args[0]], []
                )
            case ast.Name(id=guard) if guard in names:
                used.add(guard)
                return ast.Name(names[guard], ast.Load())
        return None

    checked = [
        one if one.node is None else replace(one, node=replaced(one.node, change))
        for one in effects
    ]
    return checked, _sources(names, used)


def _sources(names: Mapping[str, str], used: set[str]) -> dict[str, str]:
    return {
        names[guard]: source.format(name=names[guard])
        for guard, source in _SOURCES.items()
        if guard in used
    }


def _free(name: str, scope: Scope) -> str:
    while scope.binds(name):
        name += "_"
    return name
