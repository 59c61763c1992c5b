"""From JSON to records that match the contract, or to every fault in them."""

from collections.abc import Sequence
from typing import Any

import msgspec

from service.contract import Contract, Record
from service.outcomes import Fault, Outcome, Refused
from service.records.conform import Mismatch, conform, missing, shown
from service.records.schema_type import Inexpressible, record_type

_DECODER = msgspec.json.Decoder()


def decode(body: bytes) -> Any:
    """Return the parsed JSON. Raises Refused."""
    try:
        return _DECODER.decode(body)
    except UnicodeDecodeError:
        reason = "it is not UTF-8"
    except RecursionError:
        reason = "it is nested too deeply"
    except msgspec.ValidationError as error:  # a number that no Python number can hold
        reason = str(error)
    except msgspec.DecodeError as error:
        reason = str(error).removeprefix("JSON is malformed: ")
        if "(byte" not in reason:  # msgspec says where, but for a body that ends too early
            reason = f"it ends too early (byte {len(body)})"
    raise _invalid(f"malformed JSON: {reason}")


class RecordReader:
    """Reads documents, which are parsed JSON, against one contract."""

    def __init__(self, contract: Contract, max_records: int) -> None:
        self._features = contract.features
        self._required = contract.required
        self._max_records = max_records
        try:
            schema = {"properties": contract.features, "required": contract.required}
            self._type: Any = list[record_type(schema)]  # type: ignore[misc]
        except Inexpressible:
            self._type = None

    def read(self, document: Any) -> tuple[list[Record], bool]:
        """Return the checked records and whether they came as an array. Raises Refused."""
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
        return self._check(records, many), many

    def _check(self, records: list[Any], many: bool) -> list[Record]:
        # The type decides in microseconds that all is well. What it refuses is gone through value
        # by value: 12.0 is an integer after all, and a faulty request hears all its faults at once.
        if self._type is not None:
            try:
                checked: list[Record] = msgspec.convert(records, self._type)
                return checked
            except msgspec.ValidationError:
                pass
        faults: list[Fault] = []
        clean = []
        for at, record in enumerate(records):
            found: list[Fault] = []
            clean.append(self._conform(record, found))
            faults += [{"record": at, **fault} for fault in found] if many else found
        if faults:
            raise _invalid(faults[0]["message"], faults)
        return clean

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


def _invalid(message: str, faults: Sequence[Fault] = ()) -> Refused:
    return Refused(Outcome.INVALID, message, faults)
