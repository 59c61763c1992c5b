"""Tables that predict uses: their rows, which may be those of the training, come along."""

import ast
import re
from collections.abc import Iterator

from nb2service.checking.calls import full_name
from nb2service.checking.findings import Finding, at
from nb2service.checking.survey import Planned, Survey
from nb2service.closure.columns import without_rows
from nb2service.notebook.statements import Statement

NAME = "training-rows"
_MAKES = re.compile(
    r"(?:pandas|polars|geopandas)\.(?:read_\w+|DataFrame|concat|merge|get_dummies|json_normalize)|"
    r"pandas\.DataFrame\.from_\w+|seaborn\.load_dataset"
)
# Methods that give a table of the rows of another.
_KEEPS = frozenset(
    {
        *("copy", "drop", "dropna", "drop_duplicates", "fillna", "replace", "rename", "astype"),
        *("assign", "merge", "join", "query", "filter", "reset_index", "set_index", "sort_values"),
        *("sort_index", "select_dtypes", "sample", "apply", "applymap", "map", "pipe", "reindex"),
        *("to_numpy", "append", "clip", "round", "infer_objects", "convert_dtypes"),
    }
)
_DEEPEST = 20


def find(survey: Survey) -> Iterator[Finding]:
    """Find the tables that would come along whole, as far as the code tells."""
    if survey.is_bare:
        return  # one of them is the input, of which nothing is saved
    tables = {plan.name: plan for plan in survey.planned if _is_plan_of_table(survey, plan)}
    code = [part.node for part in survey.served]
    for name in sorted(tables.keys() - without_rows(tables, code)):
        plan = tables[name]
        yield at(
            NAME,
            "warning",
            survey.notebook,
            plan.statement,
            None,
            f"`{name}`, which `{plan.by}` uses, is a table and would come along whole, with all its rows",
            "If those are training data that should not leave the notebook, compute above the function "
            "what it looks up (a mean, a dict, the columns), and use that.",
        )


def _is_plan_of_table(survey: Survey, plan: Planned) -> bool:
    return plan.becomes == "value" and _binds_table(survey, plan.name, plan.statement, 0)


def _binds_table(survey: Survey, name: str, statement: Statement, depth: int) -> bool:
    if depth > _DEEPEST:
        return False
    match statement.node:
        case ast.Assign(targets=[ast.Tuple(elts=parts)], value=ast.Call(args=tables) as call):
            named = [p.id if isinstance(p, ast.Name) else "" for p in parts]
            splits = full_name(call.func, survey.imports).endswith("train_test_split")
            at_place = named.index(name) // 2 if name in named else len(tables)
            return (
                splits
                and at_place < len(tables)
                and _is_table(survey, tables[at_place], statement, depth)
            )
    value = statement.value
    return value is not None and _is_table(survey, value, statement, depth)


def _is_table(survey: Survey, value: ast.expr, at_: Statement, depth: int) -> bool:
    match value:
        case ast.Name(id=name):
            maker = survey.scope.binding_before(name, at_)
            return maker is not None and _binds_table(survey, name, maker, depth + 1)
        case ast.Call(func=function) if _MAKES.fullmatch(full_name(function, survey.imports)):
            return True
        case ast.Call(func=ast.Attribute(value=table, attr=method)) if method in _KEEPS:
            return _is_table(survey, table, at_, depth + 1)
        case ast.Subscript(value=ast.Attribute(value=table, attr="loc" | "iloc")):
            return _is_table(survey, table, at_, depth + 1)
        case ast.Subscript(value=table) | ast.Attribute(value=table, attr="T" | "values"):
            return _is_table(survey, table, at_, depth + 1)
    return False
