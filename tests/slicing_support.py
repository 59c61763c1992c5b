"""What the tests of slicing share: an expression of a step, as its analysis sees it."""

import ast
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from nb2service.slicing.compile.columns_needed import Demands
from nb2service.slicing.compile.expressions import ExpressionAnalysis
from nb2service.slicing.operations.values import Refused, Value
from nb2service.slicing.trace.constants import ConstantPool, key_of
from nb2service.slicing.trace.demand import ColumnDemand
from nb2service.slicing.trace.snapshots import Snapshots
from nb2service.slicing.trace.steps import Step

ROWS = frozenset({"df", "X"})
LIBRARIES = {"np": "numpy", "pd": "pandas", "sm": "statsmodels", "xgb": "xgboost"}


def step_of(code: str, **known: Any) -> Step:
    """A step of the code, the second of a run; what is known of it may be told."""
    node = ast.parse(code).body[0]
    names = frozenset(n.id for n in ast.walk(node) if isinstance(n, ast.Name))
    facts: dict[str, Any] = {
        "event": 2,
        "statement": SimpleNamespace(cell=SimpleNamespace(number=3)),
        "node": node,
        "opaque": False,
        "binds": frozenset(),
        "changes": frozenset(),
        "uses": names,
        "versions": {},
        "copies": frozenset(),
        "used": {},
        "kept": {},
    }
    return Step(**{**facts, **known})


def analysis_of(
    code: str,
    *,
    seen: Mapping[str, Any] | None = None,
    before: Mapping[str, Any] | None = None,
    blocked: Mapping[str, Refused] | None = None,
    **known: Any,
) -> tuple[ExpressionAnalysis, ast.expr]:
    """The analysis of an expression's step, and the expression.

    Args:
        code: the expression.
        seen: what the kernel captured of parts of it, by their text.
        before: what names held before it.
        blocked: the names that hold what cannot be served.
        known: `single`, `aligned`, `labels`, or `ends`: names that mean something else by the end.
    """
    step = step_of(code)
    assert isinstance(step.node, ast.Expr)
    node = step.node.value
    parts = {ast.unparse(n): n for n in ast.walk(node) if isinstance(n, ast.expr)}
    kept = {key_of(parts[text]): (info,) for text, info in (seen or {}).items()}
    step = step_of(code, kept=kept)
    assert isinstance(step.node, ast.Expr)
    earlier = step_of("pass", event=1, versions=before or {})
    ends = known.get("ends", ())
    run: Any = SimpleNamespace(
        snapshots=Snapshots([earlier]),
        live=lambda name, _: name not in ends,
        labels=frozenset(known.get("labels", ())),
        steps=(),
        by_content=lambda *_, **__: bool(known.get("by_content")),
        copies_on_write=True,
        library=lambda name, _: LIBRARIES.get(name, ""),
        function=lambda name, _: known.get("functions", {}).get(name),
    )
    analysis = ExpressionAnalysis(
        run,
        step,
        ROWS,
        blocked or {},
        ConstantPool(),
        known.get("single", False),
        known.get("aligned", False),
    )
    return analysis, step.node.value


def value_of(code: str, **known: Any) -> Value:
    """What an expression gives; see `analysis_of`."""
    analysis, node = analysis_of(code, **known)
    return analysis.value(node)


def needed(
    code: str, want: ColumnDemand | None, tables: Mapping[str, Any], **kept: Any
) -> tuple[str, dict[str, list[Any]]]:
    """An expression as it reads where this is wanted of it, and the columns that it needs of each name.

    Args:
        code: the expression.
        want: what is wanted; None for everything.
        tables: what the names held before the step.
        kept: `seen`, as for `analysis_of`.
    """
    analysis, node = analysis_of(code, before=tables, **kept)
    demands = Demands(tables, analysis.run, analysis.pool)
    demands.at(analysis.step)
    text = ast.unparse(demands.visit(node, want))
    return text, {name: sorted(one.columns, key=str) for name, one in demands.needs.items()}
