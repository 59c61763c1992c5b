"""From JSON to records that match the contract."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import eq
from typing import Any

import msgspec

from service.contract import Contract, Record
from service.outcomes import Outcome, Refused
from service.records.conform import Mismatch, conform, shown
from service.records.faults import conform_records, unknown_fields
from service.records.malformed import malformed
from service.records.schema_type import Inexpressible, record_type

_DECODER = msgspec.json.Decoder()


def decode(body: bytes) -> Any:
    """Return the parsed JSON. Raises Refused."""
    try:
        return _DECODER.decode(body)
    except Exception as error:
        raise malformed(body, error) from None


@dataclass(frozen=True)
class Reading:
    """Records that match the contract, and what else came with them."""

    records: list[Record]
    many: bool  # whether they came as an array
    unknown_fields: Sequence[str] = ()  # fields that the contract does not have, some of them


class RecordReader:
    """Reads documents, which are parsed JSON, against one contract."""

    def __init__(self, contract: Contract, max_records: int, *, strict: bool = False) -> None:
        self._contract, self._max_records, self._strict = contract, max_records, strict
        self._moments = [(n, s) for n, s in contract.features.items() if "format" in s]
        moments = [name for name, _ in self._moments]
        self._decoder: msgspec.json.Decoder[list[Record]] | None = None
        try:
            schema = {"properties": contract.features, "required": contract.required}
            self._type: Any = list[record_type(schema, moments)]  # type: ignore[misc]
            self._decoder = msgspec.json.Decoder(self._type)
        except Inexpressible:
            self._type = None

    def read(self, document: Any) -> Reading:
        """Return the checked records of the document, or of its JSON in bytes. Raises Refused."""
        if isinstance(document, bytes):
            at_once = self._read_at_once(document) if document.startswith(b"[") else None
            return at_once or self.read(decode(document))
        many = isinstance(document, list)
        records = document if many else [document]
        self._check_count(records, many)
        clean = self._checked(records, many)
        if all(map(eq, map(len, records), map(len, clean))):
            return Reading(clean, many)
        unknown = unknown_fields(records, self._contract, many, self._strict)
        return Reading(clean, many, unknown)

    def _read_at_once(self, body: bytes) -> Reading | None:
        """Return the records of an array that are right as they stand; None to look closer."""
        if self._decoder is None:
            return None
        try:
            records = self._decoder.decode(body)
            self._check_moments(records)
        except Exception:
            return None
        # As many colons as fields: none of them was left out, or came twice.
        plain = body.count(b":") == sum(map(len, records))
        return Reading(records, True) if plain and 0 < len(records) <= self._max_records else None

    def _check_count(self, records: Sequence[Any], many: bool) -> None:
        if not many and not isinstance(records[0], dict):
            wanted = "a JSON object (one record) or an array of them"
            raise Refused(Outcome.INVALID, f"expected {wanted}, got {shown(records[0])}")
        if not records:
            raise Refused(Outcome.INVALID, "the array is empty; send at least one record")
        if len(records) > self._max_records:
            most = f"{self._max_records} (MAX_RECORDS)"
            told = f"{len(records)} records are more than {most}; send fewer at once"
            raise Refused(Outcome.TOO_LARGE, told)

    def _checked(self, records: list[Any], many: bool) -> list[Record]:
        """Return the records: a type checks them in microseconds, or else value by value."""
        if self._type is not None:
            try:
                checked: list[Record] = msgspec.convert(records, self._type)
                self._check_moments(checked)
                return checked
            except (msgspec.ValidationError, Mismatch):
                pass
        return conform_records(records, self._contract, many)

    def _check_moments(self, records: list[Record]) -> None:
        """Raise Mismatch where a text is no moment; no type says that as JSON sends them."""
        for name, schema in self._moments:
            for value in {record.get(name) for record in records}:  # many rows share theirs
                if value is not None:
                    conform(value, schema, name)
