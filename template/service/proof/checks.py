"""The checks of the proof: parity with the notebook, and ways of asking that must change nothing.

The generator runs them in a fresh process of the notebook's Python, `make prove` in the service's.
Every value goes through JSON text on its way in and out, as it will over HTTP.
"""

import json
import random
from collections.abc import Sequence
from pathlib import Path

from service.compare import same_answer
from service.contract import Contract, Record
from service.proof.asking import Asker, Load, named_calls, place_of_row
from service.proof.findings import (
    PARITY,
    SKEW,
    STATE,
    Call,
    Found,
    Outcome,
    differing,
    outcome,
    recorded,
    said,
)
from service.proof.race_check import race_check
from service.proof.reload import empty_shared
from service.recorded_clock import recorded_clock
from service.records.inputs import Predict, as_predict_sees
from service.records.to_json import to_plain

# How much is asked; more would not tell more.
_ROWS_OF_A_CALL, _ROWS, _TABLES = 100, 500, 30
_FIRST, _LAST = 40, 24  # of the calls: these are asked more than once
_QUESTIONS = 4
_SEED = 5


def check(
    predict: Predict, contract: Contract, calls: Sequence[Call], load: Load, model: Path
) -> Found:
    """Repeat the calls, as of when the notebook answered them; see `_check`."""
    with recorded_clock(contract.clock, model):
        return _check(predict, contract, calls, load, model)


def _check(
    predict: Predict, contract: Contract, calls: Sequence[Call], load: Load, model: Path
) -> Found:
    """Repeat the calls in every way that must not change an answer.

    `calls` are the recorded ones, then the drawn ones, in the order in which the notebook answered.
    `load` returns predict from code that is loaded anew, without a memory of earlier calls.
    `model` is the folder of that code.
    """
    found, ask = Found(), Asker(predict, contract, load)
    # First of all, and in this order: so was the notebook asked.
    named = named_calls(calls)
    known = [(place, call) for place, call in named if _parity(found, ask, place, call)]
    if found.of(PARITY):
        return found
    known = [*known[:_FIRST], *known[_FIRST:][-_LAST:]]
    steady = [(place, call) for place, call in known if _repeat(found, ask, place, call)]
    for place, call in steady:
        found.note("json", *_through_json(contract, place, call))
    _rows(found, ask, [(place, call) for place, call in steady if call["many"]])
    if not found.of(STATE):
        _again(found, ask, known, model)
    if not found.of(STATE):
        found.note("threads", *race_check(ask, _questions(known), model))
    if found.of((*SKEW, *STATE)):
        ask.restart()
        # What a client gets who sends an example, which is one record.
        found.examples = [ask([example["record"]])[0] for example in contract.examples]
    return found


def _parity(found: Found, ask: Asker, place: str, call: Call) -> bool:
    """Ask what the notebook was asked; return whether other checks can build on the answer."""
    check = "drawn" if call.get("drawn") else "recorded"
    expected, got = recorded(call), outcome(ask, call["records"])
    row, text = differing(expected, got), ""
    if row is not None:
        text = f"{place_of_row(place, call, row)}: the notebook answered {said(expected, row)}, "
        text += f"the service {said(got, row)}"
        if got.error and not call.get("drawn"):
            text = f"{place} fails: {got.error}"
        if check == "drawn" and differing(got, outcome(ask, call["records"])) is not None:
            check = "twice"  # it does not even agree with itself
    return found.note(check, text) and not expected.error


def _repeat(found: Found, ask: Asker, place: str, call: Call) -> bool:
    """Ask the same once more, then with the keys in another order."""
    expected = recorded(call)
    turned = [dict(reversed(record.items())) for record in call["records"]]
    for check, records, how in (
        ("twice", call["records"], "when it is repeated"),
        ("order", turned, "with its keys in another order"),
    ):
        got = outcome(ask, records)
        row, text = differing(expected, got), ""
        if row is not None:
            text = f"{place_of_row(place, call, row)} is answered otherwise {how}: "
            text += f"{said(expected, row)}, then {said(got, row)}"
        if not found.note(check, text):
            return False
    return True


def _through_json(contract: Contract, place: str, call: Call) -> tuple[str, int]:
    """Say which value is another one after the way through JSON to predict."""
    try:
        seen = to_plain(as_predict_sees(contract, json.loads(json.dumps(call["records"]))))
    except TypeError:
        return "", 0  # a matrix of XGBoost's, which shows its values to nobody
    places = {name: at for at, name in enumerate(contract.features)}
    for row, (record, back) in enumerate(zip(call["records"], seen, strict=True)):
        for name in filter(places.__contains__, record):
            value = record[name]
            if isinstance(back, dict):
                after = back.get(name)
            else:
                after = back if contract.row == "value" else back[places[name]]
            if not same_answer(after, value):
                where = place_of_row(place, call, row)
                return f"{where}: {name} is {value!r} in the notebook, {after!r} here", len(seen)
    return "", len(call["records"])


def _rows(found: Found, ask: Asker, tables: Sequence[tuple[str, Call]]) -> None:
    """Ask for the rows of tables alone, and in another order."""
    for place, call in tables[:_TABLES]:
        order = list(range(len(call["records"])))
        random.Random(_SEED).shuffle(order)  # noqa: S311
        got = outcome(ask, [call["records"][row] for row in order])
        expected = Outcome([call["answers"][row] for row in order])
        at, text = differing(expected, got), ""
        if at is not None:
            text = f"{place_of_row(place, call, order[at])}: {said(expected, at)}, "
            text += f"with the rows shuffled {said(got, at)}"
        found.note("shuffled", text)
        rows = call["records"][: min(_ROWS_OF_A_CALL, _ROWS - found.asked["alone"])]
        for row, record in enumerate(rows):
            in_batch, alone = Outcome([call["answers"][row]]), outcome(ask, [record])
            if differing(in_batch, alone) is None:
                found.note("alone", "")
                continue
            where = place_of_row(place, call, row)
            if not found.of(["alone"]) and _remembers(ask, record, in_batch):
                found.note(
                    "again", f"{where}: {said(alone)} after other calls, {said(in_batch)} first"
                )
                return
            found.note("alone", f"{where}: {said(alone)}, in the batch {said(in_batch)}")


def _remembers(ask: Asker, record: Record, in_batch: Outcome) -> bool:
    """Say whether a row is answered otherwise alone only because of what was asked before."""
    return ask.restart() and differing(in_batch, outcome(ask, [record])) is None


def _again(found: Found, ask: Asker, known: Sequence[tuple[str, Call]], model: Path) -> None:
    """Ask the first call after all others, all after a fresh start, and all without caches."""
    backwards = list(reversed(known))
    _compare(found, ask, known[:1], "after other calls")
    if ask.restart():
        _compare(found, ask, backwards, "after other calls")
    if not found.of(STATE) and ask.restart() and (names := empty_shared(model)):
        # Code that needs what it was emptied of may fail; only another answer tells of a cache.
        able = [one for one in backwards if not outcome(ask, one[1]["records"]).error]
        ask.restart()
        empty_shared(model)
        _compare(found, ask, able, f"with `{'`, `'.join(names)}` emptied")
        ask.restart()


def _compare(found: Found, ask: Asker, known: Sequence[tuple[str, Call]], when: str) -> None:
    for place, call in known:
        expected, got = recorded(call), outcome(ask, call["records"])
        row, text = differing(expected, got), ""
        if row is not None:
            text = f"{place_of_row(place, call, row)} is answered otherwise {when}: "
            text += f"{said(expected, row)}, then {said(got, row)}"
        found.note("again", text)


def _questions(known: Sequence[tuple[str, Call]]) -> list[list[Record]]:
    """Return a few single records whose answers differ, so that a mix of them would show."""
    chosen: dict[str, list[Record]] = {}
    for _, call in known:
        for record, answer in zip(call["records"], call["answers"], strict=True):
            chosen.setdefault(json.dumps(answer), [record])
            if len(chosen) == _QUESTIONS:
                return list(chosen.values())
    return list(chosen.values())
