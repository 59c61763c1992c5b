"""What is watched while the notebook runs."""

from nb2service.look import look
from nb2service.slicing.plan import plan
from nb2service.slicing.trace.probes import specs
from support import MakeNotebook


def watched(make_notebook: MakeNotebook, *cells: str) -> dict[int, dict[str, object]]:
    looked = look(make_notebook(*cells))
    assert looked.mark.answer is not None
    found = plan(looked.scope, looked.mark.answer, looked.mark.cell)
    return {one["line"]: one for one in specs(found, 1)}


def test_only_what_the_answer_may_come_from(make_notebook: MakeNotebook) -> None:
    cell = (
        "from tools import fit, load\ndf = load()\nprint(df)\ntitle = 'x'\n"
        "df['a'] = df['a'].fillna(df['a'].mean())\nmodel = fit(df)"
    )
    found = watched(make_notebook, f"{cell}", "#| predict\ny = model.predict(df)")
    assert sorted(found) == [2, 5, 6]
    assert found[5]["versions"] == ["df"]
    assert [kind for *_, kind in found[5]["places"]] == ["keep"]


def test_what_changes_later_is_copied_before(make_notebook: MakeNotebook) -> None:
    cell = "from tools import *\nsc = make()\nX = model.transform(load(), sc)\nsc = other()"
    found = watched(make_notebook, cell, "#| predict\ny = model.predict(X)")
    assert found[3]["copies"] == ["sc"]
    assert 4 not in found


def test_a_loop_over_named_tables_changes_these(make_notebook: MakeNotebook) -> None:
    cell = (
        "from tools import *\na = load()\nb = load()\nboth = [a, b]\nfor t in both:\n    t['x'] = 1"
    )
    found = watched(make_notebook, cell, "#| predict\ny = model.predict(b)")
    assert found[5]["versions"] == ["a", "b", "both", "t"]
    assert found[5]["compound"] is True


def test_statements_of_one_line_are_told_apart(make_notebook: MakeNotebook) -> None:
    looked = look(make_notebook("a = 1; X = model = a + 1", "#| predict\ny = model.predict(X)"))
    assert looked.mark.answer is not None
    found = specs(plan(looked.scope, looked.mark.answer, looked.mark.cell), 1)
    assert [(one["line"], one["nth"], one["versions"]) for one in found] == [
        (1, 0, ["a"]),
        (1, 1, ["X", "model"]),
    ]


def test_the_answer_in_a_call_is_kept(make_notebook: MakeNotebook) -> None:
    looked = look(
        make_notebook("X = score = model = 1", "#| predict\nprint(score(model.predict(X)))")
    )
    assert looked.mark.answer is not None
    (last,) = specs(plan(looked.scope, looked.mark.answer, looked.mark.cell), 2)
    assert [2, 12, 2, 28, "keep"] in last["places"]
