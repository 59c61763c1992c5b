"""From a body to records that match the contract, or to every fault in it."""

from typing import Any

import msgspec

from service.conform import Mismatch, conform, missing, shown
from service.contract import Contract, Record
from service.errors import Fault, RequestError
from service.schema_type import Inexpressible, record_type


class RecordReader:
    """Reads request bodies against one contract."""

    def __init__(self, contract: Contract, max_records: int) -> None:
        self._features = contract.features
        self._required = contract.required
        self._max_records = max_records
        self._decoder = msgspec.json.Decoder()
        try:
            schema = {"properties": contract.features, "required": contract.required}
            self._type: Any = list[record_type(schema)]  # type: ignore[misc]
        except Inexpressible:
            self._type = None

    def read(self, body: bytes) -> tuple[list[Record], bool]:
        """Return the checked records and whether they came as an array. Raises RequestError."""
        document = self._decode(body)
        many = isinstance(document, list)
        if not many and not isinstance(document, dict):
            got = shown(document)
            raise RequestError(
                400, f"expected a JSON object (one record) or an array of them, got {got}"
            )
        records = document if many else [document]
        if not records:
            raise RequestError(400, "the array is empty; send at least one record")
        if len(records) > self._max_records:
            raise RequestError(
                413,
                f"{len(records)} records are more than {self._max_records} (MAX_RECORDS); "
                "send fewer at once",
            )
        return self._check(records, many), many

    def _decode(self, body: bytes) -> Any:
        try:
            return self._decoder.decode(body)
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
        raise RequestError(400, f"malformed JSON: {reason}")

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
            raise RequestError(400, faults[0]["message"], faults)
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
