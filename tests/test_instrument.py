"""What becomes of a cell whose statements are watched."""

import ast
from typing import Any

import pytest

from support import kernel_side

HOOK = "__nb2service_track__"


def watched(source: str, *places: list[Any], compound: bool = False, **at: int) -> list[str]:
    """The lines that run in place of the cell, without the name of the hook."""
    place = {"line": at.get("line", 1), "nth": at.get("nth", 0)}
    spec = {"id": 3, "places": list(places), "compound": compound, **place}
    with kernel_side() as package:
        watch = package.tracking.instrument.Watch()
        watch.specs = {(spec["line"], spec["nth"]): spec}
        changed = watch.visit(ast.parse(source))
    compile(changed, "cell", "exec")
    return ast.unparse(changed).replace(HOOK, "HOOK").splitlines()


def test_each_of_the_statements_of_a_line_is_one_of_its_own() -> None:
    assert watched("a = 1; b = 2", nth=1) == ["a = 1", "HOOK.before(3)", "b = 2", "HOOK.after(3)"]


def test_the_simple_statements_of_a_compound_one_tell_where_they_are() -> None:
    source = "for i, (j, _) in x:\n  if i:\n    a = i\n  else:\n    b = j"
    assert watched(source, compound=True) == [
        "HOOK.before(3)",
        "for i, (j, _) in x:",
        "    if i:",
        "        HOOK.ran(3, 3, 4, {'i': i, 'j': j, '_': _})",
        "        a = i",
        "    else:",
        "        HOOK.ran(3, 5, 4, {'i': i, 'j': j, '_': _})",
        "        b = j",
        "HOOK.after(3)",
    ]


@pytest.mark.parametrize(
    ("source", "kind", "expected"),
    [
        pytest.param("df.mean()", "keep", "HOOK.keep('0', df.mean())", id="a value"),
        pytest.param("df.loc[m]", "listed", "HOOK.listed('0', df.loc[m])", id="columns listed"),
        pytest.param("print(a, b)", "printed", "HOOK.printed('0', a, b)", id="a text"),
        pytest.param("df.apply(f)", "each", "HOOK.each('0', df, f)", id="each column"),
        pytest.param(
            "s.fit_transform(X, y=z)",
            "m:fitted",
            "HOOK.called('0', 'm:fitted', s.fit_transform, X, y=z)",
            id="what a reducer makes of a call",
        ),
    ],
)
def test_values_pass_through_the_tracker(source: str, kind: str, expected: str) -> None:
    place = [1, 4, 1, 4 + len(source)]
    key = ",".join(map(str, place))
    lines = watched(f"y = {source}", [*place, kind])
    assert lines == ["HOOK.before(3)", f"y = {expected.replace('0', key)}", "HOOK.after(3)"]


def test_what_stands_on_the_left_is_written_not_kept() -> None:
    assert watched("x.a = 1", [1, 0, 1, 3, "keep"])[1] == "x.a = 1"


def test_a_question_of_the_generator_is_no_cell() -> None:
    question = "sys.modules['_nb2service.kernel.requests'].answer('track')"
    assert watched(question) == [question]
