"""Drawn: let the notebook's own predict answer records that it never asked, while its kernel lives.

Random ones, ones that are unlike all recorded ones, and ones that lead into branches that no recorded
call took. Their values come from the recorded calls and from the notebook's tables.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from nb2service import places
from nb2service.contract.fitting import fitting
from nb2service.contract.schemas import Schema
from nb2service.contract.seen import with_known
from nb2service.extraction import Extraction
from nb2service.proving.branch_values import branch_values
from nb2service.proving.draw import Record, draw
from nb2service.proving.unlike import unlike
from nb2service.running.run import Session
from nb2service.writing.write import contract_of

# Seconds for the random records, and for all others; the kernel itself stops then, if it lives.
_SECONDS, _MORE_SECONDS = 20, 4
_GRACE = 20
# How many of the random ones count where time ran out; of the others none do.
_FEW = 4
# Recorded calls that are asked once more.
_AGAIN = 3
# Rows of the notebook's tables that records are drawn from.
_ROWS = 12
# Records that are unlike the notebook's, and such that lead into branches.
_MOST_UNLIKE, _MOST_STEERED = 96, 96
_DEAD = "the kernel did not survive drawn records: the proof is of the recorded calls alone."
_SLOW = (
    "predict is too slow to be asked about records unlike the notebook's: the proof is of its own "
    "records and of random ones."
)


async def with_drawn(taken: Extraction, live: Session, source: str) -> Extraction:
    """Add drawn records and the notebook's answers to them, or a note that there are none.

    Args:
        taken: what was taken.
        live: the kernel.
        source: the text of `predict.py`.
    """
    inference = taken.inference
    try:
        tables = await live.ask("table_rows", features=list(_features(taken)), count=_ROWS)
        taken = replace(taken, inference=with_known(taken.inference, tables["known"]))
        inference = taken.inference
        others = _completed(taken, tables["rows"])
        random = draw(inference.record, inference.calls, others)
        calls = await _ask(live, taken, [_asked(r) for r in random], _SECONDS, _FEW)
        taken = replace(taken, drawn=tuple(calls))
        more = _more(taken, others, source) if len(calls) == len(random) else []
        if not more:
            return taken
        answered = await _ask(live, taken, more, _MORE_SECONDS, 0)
    except (TimeoutError, RuntimeError):
        # All that is served was taken before: only this part of the proof is missing.
        return replace(taken, notes=(*taken.notes, _DEAD))
    if not answered:
        return replace(taken, notes=(*taken.notes, _SLOW))
    return replace(
        taken,
        drawn=(*taken.drawn, *(call for call in answered if "schema" not in call)),
        unlike=tuple(call for call in answered if "schema" in call),
    )


async def asked_again(taken: Extraction, live: Session, artifacts: Path) -> Extraction:
    """Add what the notebook's predict answers to its recorded calls now, if it answers in time."""
    inference = taken.inference
    asked = live.ask(
        "again",
        document=contract_of(taken),
        asking={
            "parameter": inference.parameter,
            "bound": dict(taken.bound),
            "record_class": taken.record_class,
        },
        calls=[{"records": c.records, "answers": c.answers} for c in inference.calls[:_AGAIN]],
        artifacts=[
            {
                "name": item.name,
                "file": str(artifacts / item.artifact.file),
                "format": item.artifact.format,
                "state": dict(item.artifact.state),
            }
            for item in taken.artifacts
            if item.artifact
        ],
        folder=str(places.service()),
    )
    try:
        return replace(taken, again=await asyncio.wait_for(asked, _GRACE))
    except (TimeoutError, RuntimeError):
        return taken


async def _ask(
    live: Session, taken: Extraction, records: Sequence[Any], seconds: int, few: int
) -> list[dict[str, Any]]:
    asked = live.ask(
        "drawn",
        document=contract_of(taken),
        parameter=taken.inference.parameter,
        bound=dict(taken.bound),
        record_class=taken.record_class,
        records=records,
        folder=str(places.service()),
        seconds=seconds,
        few=few,
    )
    calls: list[dict[str, Any]] = await asyncio.wait_for(asked, seconds + _GRACE)
    return calls


def _asked(record: Record, schema: Mapping[str, Schema] | None = None) -> dict[str, Any]:
    return {"record": record, "schema": schema or {}}


def _features(taken: Extraction) -> Mapping[str, Schema]:
    properties: Mapping[str, Schema] = taken.inference.record["properties"]
    return properties


def _completed(taken: Extraction, rows: Iterable[Record]) -> list[Record]:
    """Rows of the notebook's tables as records: what a row lacks is as in a recorded call."""
    features = _features(taken)
    known = _recorded(taken)
    found: list[Record] = []
    for row in rows:
        fits = {n: v for n, v in row.items() if fitting(features[n], known, n, v)}
        if fits and known:
            found.append({**known[len(found) % len(known)], **fits})
    return found


def _recorded(taken: Extraction) -> list[Record]:
    return [record for call in taken.inference.calls for record in call.records]


def _more(taken: Extraction, others: Sequence[Record], source: str) -> list[dict[str, Any]]:
    """Records unlike the notebook's, and such that lead into branches; nulls that are tried last."""
    inference, known = taken.inference, [*_recorded(taken), *others]
    features = _features(taken)
    if not known or not features:
        return []
    bases = sorted(known, key=lambda r: -sum(value is not None for value in r.values()))
    base = bases[0]
    changed = unlike(inference.record, inference.input, base, known)
    changed = _evenly(changed, _MOST_UNLIKE)
    asked = [_asked(one.record) for one in changed if not one.schema]
    for changes in branch_values(source, features):
        fits = {n: v for n, v in changes.items() if fitting(features[n], known, n, v)}
        record = {**bases[len(asked) % min(len(bases), 7)], **fits}
        if fits and _asked(record) not in asked:
            asked.append(_asked(record))
    asked = asked[: _MOST_UNLIKE + _MOST_STEERED]
    return asked + [_asked(u.record, {u.feature: u.schema}) for u in changed if u.schema]


def _evenly(items: Sequence[Any], most: int) -> list[Any]:
    """An even sample of so many."""
    count = len(items)
    return [items[i * count // most] for i in range(most)] if count > most else list(items)
