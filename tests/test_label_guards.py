"""Filters that look at the label: left out where nothing else needs the label, and told."""

import ast
from types import SimpleNamespace
from typing import Any

import pytest

from nb2service.slicing.compile.effects import Effect
from nb2service.slicing.compile.label_guards import unguarded, without_label_guards
from nb2service.slicing.operations.values import Refused, UnservableError
from nb2service.slicing.reasons import Reason
from nb2service.slicing.summary import rows_of_card

PRICE, AREA = "price > 0 (cell 2)", "area > 0 (cell 2)"
NEEDS = {PRICE: {"price"}, AREA: {"area"}}
RUN: Any = SimpleNamespace(
    labels=frozenset({"price"}), taught=SimpleNamespace(scaled=frozenset({"size"}))
)


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

    assert without_label_guards(RUN, compiled).guards == left


def test_a_path_that_needs_its_guards_keeps_them() -> None:
    def compiled(out: Any) -> Any:
        if out:
            raise UnservableError(Refused(Reason.LOOP))
        return function((PRICE,), {"area"})

    assert without_label_guards(RUN, compiled).guards == (PRICE,)


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
