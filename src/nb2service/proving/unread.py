"""Leave out of the contract what predict never reads."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from nb2service.contract.inference import Call
from nb2service.extraction import Extraction

_MOST_NAMED = 8


def leave_out(taken: Extraction, names: Collection[str]) -> Extraction:
    """The extraction without these features, in its schema and its calls, and with a note.

    Args:
        taken: what was taken from the notebook.
        names: features of its records that the proof found to be unread; see
            `kernel/proving/unread_features.py`.
    """
    inference = taken.inference
    record = {**inference.record, "properties": _without(inference.record["properties"], names)}
    record["required"] = [n for n in inference.record["required"] if n not in names]
    calls = tuple(
        Call([_without(r, names) for r in call.records], call.answers, call.many)
        for call in inference.calls
    )
    return replace(
        taken,
        inference=replace(
            inference, record=record, calls=calls, known=_without(inference.known, names)
        ),
        drawn=tuple(
            {**call, "records": [_without(r, names) for r in call["records"]]}
            for call in taken.drawn
        ),
        notes=(*taken.notes, _note(taken.mark.function, list(names))),
    )


def _without(record: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in names}


def _note(function: str, names: list[str]) -> str:
    named = ", ".join(names[:_MOST_NAMED])
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{function} never reads {named}{more}, though the notebook hands it over: no request needs it."
