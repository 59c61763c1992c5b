"""Records value by value: 12.0 is an integer after all, and a faulty request hears its faults."""

import json
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from service.contract import Contract, Record
from service.outcomes import MOST_FAULTS, Fault, Refused
from service.records.conform import Mismatch, conform, missing, shown

# How alike two names are, of 1, when one is taken for a slip of the other.
_NEAR = 0.75


def conform_records(records: Sequence[Any], contract: Contract, many: bool) -> list[Record]:
    """Return the records as the contract wants them. Raises Refused with all their faults."""
    found: dict[int, list[Fault]] = {}
    clean = []
    for at, record in enumerate(records):
        faults: list[Fault] = []
        clean.append(_conform(record, contract, faults))
        if faults:
            found[at] = faults
        if sum(map(len, found.values())) > MOST_FAULTS:
            break
    if found:
        raise Refused.for_records(found, many)
    return clean


def _conform(record: Any, contract: Contract, faults: list[Fault]) -> Record:
    """Return the record as the contract wants it, adding its faults to the list."""
    if not isinstance(record, dict):
        faults.append({"message": f"expected an object (a record), got {shown(record)}"})
        return {}
    clean = {}
    for name, schema in contract.features.items():
        try:
            if name in record:
                clean[name] = conform(record[name], schema, name)
            elif name in contract.required:
                raise missing(name)
        except Mismatch as mismatch:
            faults.append(mismatch.fault)
    return clean


def unknown_fields(
    records: Sequence[Record], contract: Contract, many: bool, strict: bool
) -> list[str]:
    """Return the fields that are no features. Raises Refused where one must not be ignored.

    A name that is nearly that of an optional feature which is missing was meant to be it.
    """
    found: dict[int, list[Fault]] = {}
    names: dict[str, None] = {}
    for at, record in enumerate(records):
        absent = [name for name in contract.features if name not in record]
        for name in [name for name in record if name not in contract.features][:MOST_FAULTS]:
            near = get_close_matches(name[:100], absent, n=1, cutoff=_NEAR)
            if near or strict:
                fault = {"field": name, "message": _unknown_field(name, near)}
                found.setdefault(at, []).append(fault)
            names[name] = None
        if max(sum(map(len, found.values())), len(names)) > MOST_FAULTS:
            break
    if found:
        raise Refused.for_records(found, many)
    return list(names)


def _unknown_field(name: str, near: Sequence[str]) -> str:
    meant = f"; did you mean {near[0]}?" if near else ""
    return f"unknown field {json.dumps(name[:100], ensure_ascii=False)}{meant}"
