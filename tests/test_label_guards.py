"""Filters that look at the label: left out where nothing else needs the label, and told."""

import ast
from types import SimpleNamespace
from typing import Any

import pytest

from nb2service.slicing.compile.effects import Effect
from nb2service.slicing.compile.label_guards import (
    named_by,
    unguarded,
    without_label_guards,
)
from nb2service.slicing.operations.values import Refused, UnservableError
from nb2service.slicing.reasons import Reason
from nb2service.slicing.summary import rows_of_card

PRICE, AREA = "price > 0 (cell 2)", "area > 0 (cell 2)"
NEEDS = {PRICE: {"price"}, AREA: {"area"}}
RUN: Any = SimpleNamespace(
    labels=frozenset({"price"}), taught=SimpleNamespace(scaled=frozenset({"size"}))
)


def effects() -> list[Effect]:
    """Filters that look at what their sentences say."""
    texts = [
        f"df = __all_rows__(df[df.{column} > 0], df, {why!r})"
        for why, column in ((PRICE, "price"), (AREA, "area"))
    ]
    return [effect_of(text) for text in texts]


def effect_of(text: str, *columns: str) -> Effect:
    step: Any = SimpleNamespace()
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.Assign)
    name = ast.unparse(node.targets[0]).partition("[")[0]
    form: Any = "column" if columns else "bind"
    return Effect(step, name, form, node, columns or None)


def function(guards: tuple[str, ...], features: set[str]) -> Any:
    needed = features.union(*(NEEDS[guard] for guard in guards))
    return SimpleNamespace(columns=tuple(sorted(needed)), guards=guards)


@pytest.mark.parametrize(
    ("features", "left"),
    [
        pytest.param({"area"}, (AREA,), id="the label is needed by a filter alone"),
        pytest.param({"area", "price"}, (PRICE, AREA), id="the label is a feature, too"),
    ],
)
def test_which_guards_go(features: set[str], left: tuple[str, ...]) -> None:
    def compiled(out: Any) -> Any:
        return function(tuple(g for g in (PRICE, AREA) if g not in out), features)

    assert without_label_guards(RUN, compiled, effects).guards == left


def test_a_filter_that_needs_the_whole_table_may_not_look_at_the_label() -> None:
    def compiled(out: Any) -> Any:
        return function((PRICE, AREA), {"area"}) if AREA not in out else function((), {"area"})

    assert without_label_guards(RUN, compiled, effects).guards == (PRICE, AREA)


OK = "df = __all_rows__(df.loc[ok].copy(), df, 'ok')"


@pytest.mark.parametrize(
    ("texts", "named"),
    [
        pytest.param(["ok = df['area'] > 0", OK], False, id="a mask of features"),
        pytest.param(["ok = df['price'] > 0", OK], True, id="a mask of the label"),
        pytest.param(["y = df.price", "ok = y > 0", OK], True, id="by another name"),
        pytest.param(["y = df.price", "ok = df.area > 0", OK], False, id="a name beside"),
        pytest.param(["df['b'] = df.price", "ok = df['b'] > 0", OK], True, id="by a column"),
        pytest.param(["df['b'] = df.price", "ok = df['a'] > 0", OK], False, id="a column beside"),
        pytest.param(["x = __all_rows__(df.query('a < price'), df, 'ok')"], True, id="a query"),
        pytest.param(["x = __all_rows__(df.query('a < prices'), df, 'ok')"], False, id="another"),
        pytest.param(
            ["x = __all_rows__(df.query('`the price` > 3'), df, 'ok')"], "the price", id="quoted"
        ),
    ],
)
def test_what_a_guard_looks_at(texts: list[str], named: bool | str) -> None:
    made = [effect_of(t, *(["b"] if t.startswith("df[") else [])) for t in texts]
    wanted = named if isinstance(named, str) else "price"
    assert (wanted in named_by(made, "ok")) is bool(named)


def test_a_path_that_needs_its_guards_keeps_them() -> None:
    def compiled(out: Any) -> Any:
        if out:
            raise UnservableError(Refused(Reason.LOOP))
        return function((PRICE,), {"area"})

    assert without_label_guards(RUN, compiled, effects).guards == (PRICE,)


@pytest.mark.parametrize(
    ("kept", "whole"),
    [
        ("df[df.price > 0]", "df"),
        ("df.loc[df.price > 0]", "df"),
        ("df.loc[df.price > 0, ['a']]", "df.loc[:, ['a']]"),
        ("df.query('price > 0')", "df"),
        ("df.drop(bad)", "df"),
        ("clean(df)", "__all_rows__(clean(df), df, 'price > 0 (cell 2)')"),
    ],
)
def test_what_a_filter_takes_its_rows_from(kept: str, whole: str) -> None:
    node = ast.parse(f"x = __all_rows__({kept}, df, {PRICE!r})").body[0]
    effect = unguarded(Effect(SimpleNamespace(), "x", "bind", node), [PRICE])  # type: ignore[arg-type]
    assert effect.node is not None
    assert ast.unparse(effect.node) == f"x = {whole}"
    assert unguarded(effect, ()) is effect


def test_the_card_names_them() -> None:
    path = {
        "input": "df", "written": False, "as_used": False, "made": "cell 1", "steps": 2,
        "alone": 0, "answered": 0, "guards": [], "by_label": [PRICE], "above": None, "lines": [],
    }  # fmt: skip
    said = dict(rows_of_card(path))
    assert said["Answers"] == (
        f"also rows that the notebook leaves out by what the model learns: {PRICE}"
    )
