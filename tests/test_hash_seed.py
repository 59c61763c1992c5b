"""Answers that depend on the seed of Python's hashes."""

from pathlib import Path

import pytest

from nb2service import pipeline
from nb2service.errors import Nb2serviceError
from nb2service.proving.hash_seed import hashing
from nb2service.writing.lock import Lock
from support import MakeNotebook

SEEN = [
    pytest.param("hash(p['city']) % 7", id="hash"),
    pytest.param("list({'a', 'b'})", id="a list of a set"),
    pytest.param("[w for w in set(p)]", id="a turn for each"),
    pytest.param("' '.join(set(p))", id="a join"),
    pytest.param("[*{'a', 'b'}]", id="unpacked"),
    pytest.param("set(p).pop()", id="any of them"),
    pytest.param("next(iter(WORDS))", id="of a name"),
]
BLIND = [
    pytest.param("p in {'a', 'b'}", id="in"),
    pytest.param("p in WORDS", id="in a name"),
    pytest.param("sorted(set(p))", id="sorted"),
    pytest.param("len(set(p) - WORDS)", id="how many"),
    pytest.param("WORDS.isdisjoint(p)", id="a method of sets"),
    pytest.param("df.isin({'a'})", id="isin"),
    pytest.param("hash_of(p)", id="another function"),
    pytest.param("[w for w in list(p)]", id="a list"),
]


@pytest.mark.parametrize("expression", SEEN)
def test_what_may_depend_on_it(expression: str) -> None:
    text = f"WORDS = {{'a', 'b'}}\ndef predict(p):\n    return {expression}"
    assert [line for line, _ in hashing(text)] == [3]


@pytest.mark.parametrize("expression", BLIND)
def test_what_does_not(expression: str) -> None:
    assert hashing(f"WORDS = {{'a', 'b'}}\ndef predict(p):\n    return {expression}") == []


@pytest.fixture(autouse=True)
def _without_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "_lock", lambda *_: Lock("", "", hashed=True, note=""))


CALLS = "predict({'city': 'Ulm', 'n': 2})\npredict({'city': 'Bonn', 'n': 1})"


def generate(make_notebook: MakeNotebook, folder: Path, expression: str) -> pipeline.Outcome:
    define = f"#| predict\nimport zlib\ndef predict(p):\n    return {expression}"
    return pipeline.extract(make_notebook(define, CALLS), "", folder / "out", lambda *_: None)


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param("hash(p['city']) % 1000", id="hash"),
        pytest.param("''.join(set(p['city'] + 'abcdefgh'))", id="the order of a set"),
    ],
)
def test_an_answer_that_depends_on_it_is_refused(
    make_notebook: MakeNotebook, tmp_path: Path, expression: str
) -> None:
    with pytest.raises(Nb2serviceError) as caught:
        generate(make_notebook, tmp_path, expression)
    assert "salts its hashes otherwise: call 1: the notebook answered" in str(caught.value)
    assert "in cell 1, line 4" in str(caught.value)
    assert "zlib.crc32" in str(caught.value)


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param("zlib.crc32(p['city'].encode()) % 7", id="the remedy for a number"),
        pytest.param("''.join(sorted(set(p['city'])))", id="the remedy for an order"),
        pytest.param("sum(ord(c) for c in set(p['city']))", id="an order that does not matter"),
        pytest.param("hash(p['n']) % 7", id="hashes of numbers have no salt"),
    ],
)
def test_others_are_served(make_notebook: MakeNotebook, tmp_path: Path, expression: str) -> None:
    assert generate(make_notebook, tmp_path, expression).proof.findings == ()
