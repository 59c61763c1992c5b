"""Rows unlike the notebook's, each alone and among others: a batch must not change an answer.

A predict that fills a null with the median of its request shows it in no row that the notebook asked.
"""

import json
from functools import partial

from .unlike_records import with_schema

# Rows of the notebook's that stand beside the others.
_BESIDE = 6
_MOST_SHOWN = 3


def among_others(contract, calls, unlike, ask):
    """What differs between a row alone and the same row in a batch, in words.

    Args:
        contract: predict's contract.
        calls: the recorded calls.
        unlike: drawn calls that were answered alone, some with the `schema` of a feature.
        ask: called with a contract and records; returns the answers.
    """
    if contract.input not in ("frame", "rows") or contract.whole:
        return []  # it gets one record at a time anyway
    beside = _beside(contract, calls, ask)
    seen = {
        name: {repr(r.get(name)) for c in calls for r in c["records"]} for name in contract.features
    }
    for wanted, rows in _groups(contract, [call for call in unlike if "answers" in call]):
        mixed = _difference(wanted, [*beside, *rows], ask, seen) if beside and rows else ""
        if mixed:
            return [mixed]
    return []


def _beside(contract, calls, ask):
    """Rows of the notebook's, each with its answer alone."""
    from service.proof.findings import outcome

    rows = []
    for record in [r for call in calls for r in call["records"]][:_BESIDE]:
        alone = outcome(partial(ask, contract), [record])
        if not alone.error:
            rows.append({"records": [record], "answers": alone.answers})
    return rows


def _groups(contract, calls):
    """Batches: all rows that the contract admits; then those of each feature that it does not."""
    yield contract, [call for call in calls if "schema" not in call]
    seen = set()
    for call in calls:
        for name in call.get("schema", {}):
            if name not in seen:  # the first way that predict answered
                seen.add(name)
                yield with_schema(contract, call["schema"]), [call]


def _difference(contract, batch, ask, seen):
    """The first row of a batch that is answered otherwise than alone, in words; "" without one."""
    from service.proof.findings import Outcome, differing, outcome, said

    got = outcome(partial(ask, contract), [call["records"][0] for call in batch])
    if got.error:
        return f"rows that are answered alone fail together ({got.error})"
    place = differing(Outcome([call["answers"][0] for call in batch]), got)
    if place is None:
        return ""
    alone, together = said(Outcome(batch[place]["answers"])), said(got, place)
    return f"{_shown(batch[place], seen)} is {alone} alone, {together} among others"


def _shown(call, seen):
    """A row by the values that make it unlike the notebook's."""
    (record,) = call["records"]
    names = list(call.get("schema", ())) or [n for n in seen if repr(record.get(n)) not in seen[n]]
    told = ", ".join(f"{n} {json.dumps(record.get(n))}" for n in names[:_MOST_SHOWN])
    return f"a row with {told}" if told else "a row of the notebook's"
