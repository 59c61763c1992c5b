"""What the user sees: the progress of the run, the result card, the warnings."""

from pathlib import Path
from typing import Any

import pytest

from nb2service.answers import Answers
from nb2service.card import card_of, print_card, progress
from nb2service.closure.items import Item
from nb2service.notebook.read import Cell
from nb2service.pipeline import Outcome
from nb2service.proving.prove import Finding, Proof
from nb2service.running.kernels import Kernel
from nb2service.writing.lock import Lock
from support import MakeNotebook, an_artifact, an_extraction, an_inference, an_outcome

PREDICT = "#| predict\ndef predict(payload):\n    return {'score': 0.5}"
CALL = "predict({'a': 1})"
ITEMS = [
    Item("pd", "import", "import pandas as pd", 1, 1, by="predict"),
    Item("clean", "code", "def clean(s): return s", 2, 1, by="predict"),
    Item("CUT", "literal", "CUT = 0.5", 3, 1, by="clean"),
    Item("mean", "literal", "mean = 2.5", 3, 2, by="predict", computed=True),
    Item("scaler", "artifact", "", 4, 1, by="predict", computed=True, artifact=an_artifact()),
]

Make = Any


def a_proof(*findings: Finding, **counts: tuple[int, int]) -> Proof:
    """A proof of which each check was answered alike so often, and asked so often."""
    told = {check: {"alike": alike, "asked": asked} for check, (alike, asked) in counts.items()}
    return Proof(told, findings)


@pytest.fixture
def outcome(make_notebook: MakeNotebook) -> Make:
    """An outcome; `items` and fields of the extraction, the rest are fields of the outcome."""

    def make(items: list[Item] = ITEMS, notes: tuple[str, ...] = (), **changes: Any) -> Outcome:
        inference = changes.pop("inference", an_inference())
        path = make_notebook(PREDICT, CALL)
        _, taken = an_extraction(path, *items, inference=inference, notes=notes)
        return an_outcome(taken, **changes)

    return make


def shown(
    capsys: pytest.CaptureFixture[str], outcome: Outcome, name: str = "Nb", slug: str = "nb"
) -> str:
    asked = Answers(Path("/nb.ipynb"), "", name, slug)
    print_card(card_of(asked, outcome))
    return capsys.readouterr().out


def test_what_it_says(capsys: pytest.CaptureFixture[str], outcome: Make) -> None:
    card = shown(capsys, outcome())
    rows = [" ".join(line.strip("│╭╮╰╯─ ").split()) for line in card.splitlines()]
    assert rows[0] == "Nb, from nb.ipynb"
    for row in (
        "Marked cell 1, predict: its first line #| predict",
        "Ran in python3, Python 3.11.7: the notebook names it",
        "Took import pd cell 1 used by predict",
        "code clean cell 2 used by predict",
        "literal CUT cell 3 used by clean",
        "literal mean cell 3 computed there, used by predict",
        "artifact scaler cell 4 StandardScaler, 1.23 kB, used by predict",
        "Record 1 feature: a",
        "Proof 1 of 1 recorded calls answered alike in a fresh process",
        "Needs joblib 1.4.2; locked with hashes",
        "Version v1",
    ):
        assert row in rows, card
    assert card.endswith("Next:\n    cd nb\n    make test\n    make prove\n    make run\n")


@pytest.mark.parametrize(
    "name",
    ["[red]x[/red]", "a [/b] b", "x" * 200, "prédiction 日本", "{{ x }}", ":smile:"],
    ids=["markup", "a closing tag", "long", "accents", "braces", "an emoji's name"],
)
def test_any_name_is_shown_as_it_is_and_no_line_is_too_long(
    capsys: pytest.CaptureFixture[str], outcome: Make, name: str
) -> None:
    item = Item(name, "code", "", 2, 1, by=name)
    card = shown(capsys, outcome([item]), name=name)
    assert max(map(len, card.splitlines())) <= 88
    assert name[:20] in card
    assert "Traceback" not in card


def test_a_slug_can_be_copied_whole(capsys: pytest.CaptureFixture[str], outcome: Make) -> None:
    assert f"    cd {'s' * 120}\n" in shown(capsys, outcome(), slug="s" * 120)


def test_many_things_take_one_screen(capsys: pytest.CaptureFixture[str], outcome: Make) -> None:
    helpers = [Item(f"helper_{i:02}", "code", "", 2, i, by="predict") for i in range(40)]
    card = shown(capsys, outcome([*helpers, ITEMS[-1]]))
    assert len(card.splitlines()) < 30
    assert "30 more" in card
    assert "helper_00, helper_01" in card
    assert "helper_39" in card
    assert "scaler" in card  # what weighs most comes last and is always shown


def test_optional_features(capsys: pytest.CaptureFixture[str], outcome: Make) -> None:
    record = {"type": "object", "properties": {"a": {}, "b": {}}, "required": ["a"]}
    card = shown(capsys, outcome(inference=an_inference(record=record)))
    assert "2 features: a, b (optional: b)" in card


@pytest.mark.parametrize(
    ("proof", "seen", "told"),
    [
        pytest.param(
            a_proof(recorded=(100, 100)),
            250,
            "100 of 100 recorded calls answered alike in a fresh process (the notebook made 250)",
            id="more calls than were kept",
        ),
        pytest.param(
            a_proof(recorded=(1, 1), alone=(17, 20), drawn=(24, 24), threads=(64, 64)),
            1,
            "; 24 of 24 drawn records; 17 of 20 rows alone as in their batch; 64 of 64 from several",
            id="rows that differ alone",
        ),
    ],
)
def test_proof(
    capsys: pytest.CaptureFixture[str], outcome: Make, proof: Proof, seen: int, told: str
) -> None:
    card = shown(capsys, outcome(proof=proof, inference=an_inference(seen=seen)))
    assert told in " ".join(" ".join(line.strip("│ ").split()) for line in card.splitlines())


def test_all_is_well_without_warnings(outcome: Make) -> None:
    assert outcome().report["warnings"] == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param(
            {"items": [Item("t", "artifact", "", 1, artifact=an_artifact(rows=101))]},
            "`t` is a table of 101 rows and comes along whole",
            id="a table that may be training data",
        ),
        pytest.param(
            {"items": [Item("t", "artifact", "", 1, artifact=an_artifact(bytes=250_000_000))]},
            "`t` is 250 MB: every worker of the service loads it.",
            id="a heavy artifact",
        ),
        pytest.param(
            {"lock": Lock("", "", hashed=False, note="locked without hashes: no registry")},
            "The requirements are locked without hashes: no registry.",
            id="a lock without hashes",
        ),
        pytest.param({"notes": ("`k` changes later.",)}, "`k` changes later.", id="a note"),
    ],
)
def test_warnings(
    capsys: pytest.CaptureFixture[str], outcome: Make, changes: dict[str, Any], told: str
) -> None:
    made = outcome(**changes)
    (warning,) = made.report["warnings"]
    assert warning.startswith(told)
    assert f"Warning: {told[:40]}" in shown(capsys, made)


def test_a_skew_is_told_with_what_it_means(outcome: Make) -> None:
    found = Finding("alone", "call 1, row 3: 0.81, in the batch 0.44")
    first, second = outcome(proof=a_proof(found, alone=(8, 9))).report["warnings"]
    assert first == (
        "predict answers differently for a row alone and in a batch (1 of 9 rows): "
        "call 1, row 3: 0.81, in the batch 0.44."
    )
    assert second.endswith("The service runs it one request at a time and never batches requests.")


def test_a_state_is_told_with_what_it_means(outcome: Make) -> None:
    found = Finding("twice", "call 1 is answered otherwise when it is repeated: 1, then 2")
    told = outcome(proof=a_proof(found, twice=(0, 1))).report["warnings"]
    assert told == [
        "predict does not always give the same answer (1 of 1 calls): "
        "call 1 is answered otherwise when it is repeated: 1, then 2.",
        "The service runs it one request at a time, in one process.",
    ]


def test_a_kernel_that_fell_back_is_told_on_the_card_alone(
    capsys: pytest.CaptureFixture[str], outcome: Make
) -> None:
    kernel = Kernel("here", ("python",), {}, "it is here", note="`conda` is not installed here.")
    made = outcome(kernel=kernel)
    assert made.report["warnings"] == []
    assert "Warning: `conda` is not installed here." in shown(capsys, made)


def test_a_small_table_is_a_look_up(outcome: Make) -> None:
    item = Item("t", "artifact", "", 1, artifact=an_artifact(rows=100, bytes=99_000_000))
    assert outcome([item]).report["warnings"] == []


@pytest.mark.parametrize(
    ("count", "size"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1 kB"), (12_345, "12.3 kB"), (2 * 10**9, "2 GB")],
)
def test_sizes(capsys: pytest.CaptureFixture[str], outcome: Make, count: int, size: str) -> None:
    item = Item("t", "artifact", "", 1, by="predict", artifact=an_artifact(bytes=count))
    assert f"StandardScaler, {size}, used by predict" in shown(capsys, outcome([item]))


CELL = Cell(3, "x = '[bold]'", "x = '[bold]'", frozenset())


def test_progress_in_a_log_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("nb.ipynb") as watch:
        for index in (1, 2, 3):
            watch(index, 3, CELL)
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "Running nb.ipynb, 3 cells\n")


def test_progress_on_a_terminal_names_the_cell(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    with progress("nb.ipynb") as watch:
        watch(1, 1, CELL)
    printed = capsys.readouterr()
    assert not printed.out
    assert "Running nb.ipynb" in printed.err
    assert "cell 3: x = '[bold]'" in printed.err
    assert "1/1" in printed.err


def fail_in_the_first_cell() -> None:
    with progress("nb.ipynb") as watch:
        watch(1, 2, CELL)
        raise ZeroDivisionError


def test_progress_ends_where_the_run_fails(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_in_the_first_cell()
    assert capsys.readouterr().err == "Running nb.ipynb, 2 cells\n"


def test_a_thousand_features_take_a_few_lines(
    capsys: pytest.CaptureFixture[str], outcome: Make
) -> None:
    names = [f"feature_{i:04}" for i in range(1000)]
    record = {"type": "object", "properties": {n: {} for n in names}, "required": names[:-1]}
    card = shown(capsys, outcome(inference=an_inference(record=record)))
    assert len(card.splitlines()) < 40
    assert "1000 features: feature_0000" in card
    assert "and 961 more" in " ".join(card.replace("│", " ").split())
    assert "optional: feature_0999" in " ".join(card.replace("│", " ").split())
