"""Repeat the recorded calls, and see whether predict looks across rows or remembers anything."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from service.compare import same_answer
from service.contract import Contract, Record
from service.inputs import Predict, answer_records

# Rows that are also asked for alone; more would not tell more.
_MOST_ROWS = 100


def check(
    predict: Predict, contract: Contract, calls: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Repeat the recorded calls; ask for each row alone, and for each call a second time.

    Every value goes through JSON text on its way in and out, as it will over HTTP.
    """

    def ask(records: Sequence[Record]) -> list[Any]:
        sent = json.loads(json.dumps(records))
        answers = answer_records(predict, contract, sent)
        got: list[Any] = json.loads(json.dumps(answers, allow_nan=False))
        return got

    failures, skews, unstable = [], [], []
    alike = rows = 0
    for number, call in enumerate(calls, 1):
        records, expected = call["records"], call["answers"]
        try:
            got = ask(records)
        except Exception as error:
            failures.append(f"call {number} fails: {_where(error)}")
            continue
        differing = [
            i for i, (a, b) in enumerate(zip(expected, got, strict=True)) if not same_answer(b, a)
        ]
        if differing:
            i = differing[0]
            failures.append(
                f"call {number}{_row(call, i)}: the notebook answered {_short(expected[i])}, "
                f"the service {_short(got[i])}"
            )
            continue
        alike += 1
        if not all(map(same_answer, got, ask([dict(reversed(r.items())) for r in records]))):
            unstable.append(f"call {number} is answered otherwise when it is repeated")
        if call["many"]:
            for i, record in enumerate(records[:_MOST_ROWS]):
                rows += 1
                skew = _alone(ask, record, got[i])
                if skew:
                    skews.append(f"call {number}{_row(call, i)}: {skew}")
    return {
        "calls": len(calls),
        "alike": alike,
        "rows": rows,
        "failures": failures,
        "skews": skews,
        "unstable": unstable,
    }


def _alone(ask: Callable[[Sequence[Record]], list[Any]], record: Record, in_table: Any) -> str:
    """Say how a row's answer differs when it is asked for alone; nothing if it does not."""
    try:
        alone = ask([record])[0]
    except Exception as error:
        return f"alone it fails ({_where(error)}), in the table {_short(in_table)}"
    return (
        ""
        if same_answer(alone, in_table)
        else f"alone {_short(alone)}, in the table {_short(in_table)}"
    )


def _row(call: Mapping[str, Any], i: int) -> str:
    return f", row {i + 1}" if call["many"] else ""


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _where(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".replace("\n", " ")[:200]
