"""Scoring: many rows of a file, without a server; every row has its answer or its faults."""

import csv
import dataclasses
import importlib.util
import io
import json
import subprocess
import sys

import pytest

from service import score
from service.compare import same_answer
from service.contract import Contract
from service.outcomes import MOST_FAULTS
from service.predictor import Predictor
from service.scoring import answers as scoring_answers
from service.scoring.progress import StateFile
from service.scoring.run import Job, Run
from service.scoring.tables import read_rows
from tests.conftest import TWO_FEATURES
from tests.server import ROOT

CONTRACT = Contract.from_dict(TWO_FEATURES)
COUNT = 40
ROWS = [{"age": at, **({"name": f"n {at}"} if at % 3 else {})} for at in range(COUNT)]
WANTED = [{"prediction": at + len(f"n {at}") * bool(at % 3)} for at in range(COUNT)]
BAD = {"name": "no age"}
POISON = 1000  # an age at which predict raises


def predict(record):
    if record["age"] == POISON:
        raise RuntimeError("this one")
    return record["age"] + len(record.get("name") or "")


@pytest.fixture(autouse=True)
def two(monkeypatch):
    """A model of two features, whatever the service's own is."""
    predictor = Predictor(CONTRACT)
    predictor._predict, predictor.problem = predict, None
    monkeypatch.setattr(predictor, "start", lambda: None)
    monkeypatch.setattr(score, "read_contract", lambda: CONTRACT)
    monkeypatch.setattr(score, "Predictor", lambda _: predictor)
    return predictor


def write_json(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def read_json(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def scored(*arguments):
    return score.main([str(one) for one in arguments])


def check(found, wanted, first=1):
    assert [row.pop("row") for row in found] == list(range(first, first + len(wanted)))
    assert len(found) == len(wanted)
    assert all(map(same_answer, found, wanted))


def test_json_lines(tmp_path, capsys):
    source = write_json(tmp_path / "in.jsonl", ROWS)
    assert scored(source, tmp_path / "out.jsonl", "--chunk", 7) == 0
    check(read_json(tmp_path / "out.jsonl"), WANTED)
    assert f"{COUNT} rows: {COUNT} answered, 0 faulty" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


def test_csv(tmp_path):
    """A cell is text: its feature's type says what it is, and an empty one is null or missing."""
    with (tmp_path / "in.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, ["key", "age", "name"])
        writer.writeheader()
        writer.writerows({"key": f"k{at}", **row} for at, row in enumerate(ROWS))
    assert scored(tmp_path / "in.csv", tmp_path / "out.jsonl", "--ids", "key") == 0
    found = read_json(tmp_path / "out.jsonl")
    assert [row.pop("key") for row in found] == [f"k{at}" for at in range(COUNT)]
    assert found == WANTED
    assert scored(tmp_path / "in.csv", tmp_path / "out.csv") == 0
    with (tmp_path / "out.csv").open(newline="") as file:
        assert [int(row["prediction"]) for row in csv.DictReader(file)] == [
            one["prediction"] for one in WANTED
        ]


def test_parquet(tmp_path, capsys):
    source = write_json(tmp_path / "in.jsonl", ROWS)
    if importlib.util.find_spec("pyarrow") is None:
        assert scored(source, tmp_path / "out.parquet") == 1
        assert "pyarrow" in capsys.readouterr().err
        return
    assert scored(source, tmp_path / "out.parquet", "--chunk", 7) == 0
    found = list(read_rows(str(tmp_path / "out.parquet"), "parquet", CONTRACT, 7))
    check(found, WANTED)


@pytest.mark.parametrize("count", [1, 3, MOST_FAULTS + 20])
def test_no_row_is_lost(tmp_path, count, capsys):
    rows = [*ROWS[:3], *[BAD] * count, *ROWS[3:]]
    source = write_json(tmp_path / "in.jsonl", rows)
    assert scored(source, tmp_path / "fail.jsonl") == 1
    assert "row 4: missing feature" in capsys.readouterr().err
    assert not (tmp_path / "fail.jsonl").exists()

    assert scored(source, tmp_path / "skip.jsonl", "--on-error", "skip", "--chunk", 20) == 0
    found = read_json(tmp_path / "skip.jsonl")
    check(found[:3], WANTED[:3])
    check(found[3:], WANTED[3:], first=4 + count)
    faults = read_json(tmp_path / "skip.jsonl.faults.jsonl")
    assert [fault["row"] for fault in faults] == list(range(4, 4 + count))
    assert all(fault["errors"][0]["message"] and fault["record"] == BAD for fault in faults)

    assert scored(source, tmp_path / "column.csv", "--on-error", "column") == 0
    with (tmp_path / "column.csv").open(newline="") as file:
        errors = [row["error"] for row in csv.DictReader(file)]
    assert [bool(error) for error in errors] == [row is BAD for row in rows]


@pytest.mark.parametrize("at", [1, 2, 3])
def test_it_goes_on_where_it_was_ended(tmp_path, monkeypatch, at):
    """Ended between any two chunks, and within one: the file is the one of a single run."""
    source = write_json(tmp_path / "in.jsonl", ROWS)
    assert scored(source, tmp_path / "whole.jsonl", "--chunk", 10) == 0
    write, calls = StateFile.write, []

    def ended(self, state):
        calls.append(state)
        if len(calls) > at:
            raise KeyboardInterrupt  # the rows of this chunk are written, and nobody knows
        write(self, state)

    with monkeypatch.context() as patch:
        patch.setattr(StateFile, "write", ended)
        assert scored(source, tmp_path / "out.jsonl", "--chunk", 10) == 130
    asked = []
    ask = scoring_answers.Scorer.answers

    def counting(self, rows):
        asked.extend(rows)
        return ask(self, rows)

    monkeypatch.setattr(scoring_answers.Scorer, "answers", counting)
    assert scored(source, tmp_path / "out.jsonl", "--chunk", 10) == 0
    assert len(asked) == COUNT - 10 * at
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


def test_another_table_begins_anew(tmp_path, monkeypatch):
    source = write_json(tmp_path / "in.jsonl", ROWS)
    with monkeypatch.context() as patch:
        patch.setattr("service.scoring.run.Meter.tell", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            scored(source, tmp_path / "out.jsonl", "--chunk", 10)
    write_json(source, ROWS[1:])
    assert scored(source, tmp_path / "out.jsonl", "--chunk", 10) == 0
    check(read_json(tmp_path / "out.jsonl"), WANTED[1:])


@pytest.mark.usefixtures("steady")
def test_streams_of_the_own_model(contract, records):
    """What the notebook was asked, through the command; answers go where a pipe reads them."""
    some = records[:20]
    done = subprocess.run(
        [sys.executable, "-m", "service.score", "-", "-", "--chunk", "7"],
        cwd=ROOT,
        input="".join(json.dumps(record) + "\n" for record in some),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row.pop("row") for row in found] == list(range(1, len(some) + 1))
    predictor = Predictor(contract)
    predictor.start()
    for row, record in zip(found, some, strict=True):
        if not contract.stateful:
            assert same_answer(row, contract.named(predictor.answer([record])[0]))


def test_a_predict_that_fails_names_its_row(two):
    """The others of its chunk are answered all the same, and who scores learns the cause."""
    rows = [*ROWS[:5], {"age": POISON}, *ROWS[5:]]
    found = scoring_answers.Scorer(two, 10).answers(rows)
    assert [at for at, one in enumerate(found) if one.faults] == [5]
    assert "this one" in found[5].faults[0]["message"]
    assert [one.answer for one in found if not one.faults] == [w["prediction"] for w in WANTED]


def test_rows_that_would_mix_are_asked_one_by_one(two, monkeypatch):
    """As the contract says: no answer may depend on the size of a chunk."""
    asked = []
    mixing = Predictor(dataclasses.replace(CONTRACT, rowwise=False))
    mixing.problem = None

    def answer(records):
        asked.append(len(records))
        return two.answer(records)

    monkeypatch.setattr(mixing, "answer", answer)
    found = scoring_answers.Scorer(mixing, 10).answers(ROWS)
    assert [one.answer for one in found] == [w["prediction"] for w in WANTED]
    assert set(asked) == {1}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nothing.jsonl", "out.jsonl"], "nothing.jsonl"),
        (["in.xls", "out.csv"], "its suffix says no format"),
        (["-", "out.csv", "--format", "csv"], ""),
    ],
)
def test_what_cannot_be_scored(tmp_path, monkeypatch, capsys, arguments, says):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    status = scored(*arguments)
    said = capsys.readouterr().err
    assert status == (1 if says else 0)
    assert says in said


def test_malformed_lines_are_named(tmp_path, capsys):
    (tmp_path / "in.jsonl").write_text(json.dumps(ROWS[0]) + "\n{oops\n")
    assert scored(tmp_path / "in.jsonl", tmp_path / "out.jsonl") == 1
    assert "line 2: malformed JSON" in capsys.readouterr().err
    (tmp_path / "in.csv").write_text("a,b\n1\n")
    assert scored(tmp_path / "in.csv", tmp_path / "out.jsonl") == 1
    assert "line 2: 1 cells under 2 names" in capsys.readouterr().err


def test_a_job_that_is_asked_for_in_code(tmp_path, two):
    """What an own program imports: the same run, without a command line."""
    source = write_json(tmp_path / "in.jsonl", ROWS)
    job = Job(str(source), str(tmp_path / "out.jsonl"))
    state = Run(job, scoring_answers.Scorer(two, job.chunk), CONTRACT).go()
    assert (state.rows, state.answered, state.faulty) == (COUNT, COUNT, 0)
