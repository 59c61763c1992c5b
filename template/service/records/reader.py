"""From JSON to records that match the contract, or to every fault in them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from operator import eq
from typing import Any

import msgspec

from service.contract import Contract, Record
from service.outcomes import MOST_FAULTS, Fault, Outcome, Refused
from service.records.conform import Mismatch, conform, missing, shown
from service.records.no_value import no_value
from service.records.schema_type import Inexpressible, record_type

_DECODER = msgspec.json.Decoder()
# How alike two names are, of 1, when one is taken for a slip of the other.
_NEAR = 0.75


def decode(body: bytes) -> Any:
    """Return the parsed JSON. Raises Refused."""
    try:
        return _DECODER.decode(body)
    except UnicodeDecodeError:
        reason = "it is not UTF-8"
    except RecursionError:
        reason = "it is nested too deeply"
    except msgspec.MsgspecError as error:
        if found := no_value(body):
            raise _invalid(
                found.message, [{"field": found.field, "message": found.message}]
            ) from None
        reason = str(error).removeprefix("JSON is malformed: ")
        if "(byte" not in reason:  # msgspec says where, but for a body that ends too early
            reason = f"it ends too early (byte {len(body)})"
    raise _invalid(f"malformed JSON: {reason}")


@dataclass(frozen=True)
class Reading:
    """Records that match the contract, and what else came with them."""

    records: list[Record]
    many: bool  # whether they came as an array
    unknown_fields: Sequence[str] = ()  # fields that the contract does not have, some of them


class RecordReader:
    """Reads documents, which are parsed JSON, against one contract."""

    def __init__(self, contract: Contract, max_records: int, *, strict: bool = False) -> None:
        self._features = contract.features
        self._required = contract.required
        self._max_records = max_records
        self._strict = strict
        self._moments = [(n, s) for n, s in contract.features.items() if "format" in s]
        moments = [name for name, _ in self._moments]
        try:
            schema = {"properties": contract.features, "required": contract.required}
            self._type: Any = list[record_type(schema, moments)]  # type: ignore[misc]
        except Inexpressible:
            self._type = None

    def read(self, document: Any) -> Reading:
        """Return the checked records of the document. Raises Refused."""
        many = isinstance(document, list)
        if not many and not isinstance(document, dict):
            got = shown(document)
            raise _invalid(f"expected a JSON object (one record) or an array of them, got {got}")
        records = document if many else [document]
        if not records:
            raise _invalid("the array is empty; send at least one record")
        if len(records) > self._max_records:
            raise Refused(
                Outcome.TOO_LARGE,
                f"{len(records)} records are more than {self._max_records} (MAX_RECORDS); "
                "send fewer at once",
            )
        clean = self._check(records, many)
        if all(map(eq, map(len, records), map(len, clean))):
            return Reading(clean, many)
        return Reading(clean, many, self._unknown_fields(records, many))

    def _check(self, records: list[Any], many: bool) -> list[Record]:
        # The type decides in microseconds that all is well. What it refuses is gone through value
        # by value: 12.0 is an integer after all, and a faulty request hears its faults at once.
        if self._type is not None:
            try:
                checked: list[Record] = msgspec.convert(records, self._type)
                self._check_moments(checked)
                return checked
            except (msgspec.ValidationError, Mismatch):
                pass
        faults: list[Fault] = []
        clean = []
        for at, record in enumerate(records):
            found: list[Fault] = []
            clean.append(self._conform(record, found))
            faults += [{"record": at, **fault} for fault in found] if many else found
            if len(faults) > MOST_FAULTS:
                break
        if faults:
            raise _invalid(faults[0]["message"], faults)
        return clean

    def _check_moments(self, records: list[Record]) -> None:
        """Raise Mismatch where a text is no moment; no type says that as JSON sends them."""
        for name, schema in self._moments:
            for record in records:
                if (value := record.get(name)) is not None:
                    conform(value, schema, name)

    def _conform(self, record: Any, faults: list[Fault]) -> Record:
        """Return the record as the contract wants it, adding its faults to the list."""
        if not isinstance(record, dict):
            faults.append({"message": f"expected an object (a record), got {shown(record)}"})
            return {}
        clean = {}
        for name, schema in self._features.items():
            try:
                if name in record:
                    clean[name] = conform(record[name], schema, name)
                elif name in self._required:
                    raise missing(name)
            except Mismatch as fault:
                faults.append({"field": fault.field, "message": fault.message})
        return clean

    def _unknown_fields(self, records: list[Record], many: bool) -> list[str]:
        """Return the fields that are no features. Raises Refused where one must not be ignored.

        A name that is nearly that of an optional feature which is missing was meant to be it.
        """
        faults: list[Fault] = []
        names: dict[str, None] = {}
        for at, record in enumerate(records):
            unknown = [name for name in record if name not in self._features]
            absent = [name for name in self._features if name not in record]
            for name in unknown[:MOST_FAULTS]:
                near = get_close_matches(name[:100], absent, n=1, cutoff=_NEAR)
                if near or self._strict:
                    fault = {"field": name, "message": _unknown_field(name, near)}
                    faults.append({"record": at, **fault} if many else fault)
                names[name] = None
            if max(len(faults), len(names)) > MOST_FAULTS:
                break
        if faults:
            raise _invalid(faults[0]["message"], faults)
        return list(names)


def _unknown_field(name: str, near: Sequence[str]) -> str:
    meant = f"; did you mean {near[0]}?" if near else ""
    return f"unknown field {json.dumps(name[:100], ensure_ascii=False)}{meant}"


def _invalid(message: str, faults: Sequence[Fault] = ()) -> Refused:
    return Refused(Outcome.INVALID, message, faults)
