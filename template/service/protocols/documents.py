"""Records out of the forms in which platforms send them in JSON: rows, columns, a split table."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from service.contract import Contract, Record
from service.protocols.asking import invalid
from service.records.conform import kinds

_PARAMETERS = ("parameters", "params")


def read_document(document: Any, contract: Contract, *keys: str) -> list[Any]:
    """Return the records of a document that has them under one of the keys. Raises Refused."""
    named = ", ".join(keys)
    if not isinstance(document, dict):
        raise invalid(f"expected a JSON object with one of {named}")
    found = [key for key in keys if key in document]
    if len(found) != 1:
        got = ", ".join(found) if found else "none of them"
        raise invalid(f"expected exactly one of {named}, got {got}")
    for key in _PARAMETERS:
        if document.get(key):
            raise invalid(f"{key}: this model takes none besides its features")
    return _FORMS[found[0]](document[found[0]], contract)


def as_record(contract: Contract, values: Sequence[Any], names: Sequence[str] = ()) -> Record:
    """Return the record of a row of values, in the order of the names or of the contract.

    A row has a place for every column: null in that of an optional feature which may not be null
    means that it is not given. Raises Refused.
    """
    names = names or list(contract.features)
    if len(values) != len(names):
        told = f"{len(names)} values ({', '.join(names)})"
        raise invalid(f"expected rows of {told}, got {len(values)}")
    return {
        name: value
        for name, value in zip(names, values, strict=True)
        if value is not None or not _may_be_absent(contract, name)
    }


def check_names(names: Sequence[str]) -> None:
    """Raise Refused where a column is there twice: which one is meant is not ours to say."""
    if len(set(names)) != len(names):
        raise invalid(f"a column is there twice: {', '.join(names)}")


def from_columns(contract: Contract, columns: Mapping[str, Sequence[Any]]) -> list[Record]:
    """Return the records of columns of the same length. Raises Refused."""
    lengths = {len(column) for column in columns.values()}
    if len(lengths) != 1:
        raise invalid("expected columns of the same length")
    names = list(columns)
    rows = zip(*columns.values(), strict=True)
    return [as_record(contract, row, names) for row in rows]


def _may_be_absent(contract: Contract, name: str) -> bool:
    schema = contract.features.get(name, {})
    return name not in contract.required and bool(kinds(schema)) and "null" not in kinds(schema)


def _rows(value: Any, contract: Contract) -> list[Any]:
    if isinstance(value, dict) and all(isinstance(column, list) for column in value.values()):
        return from_columns(contract, value)
    if not isinstance(value, list):
        raise invalid("expected a list of records, or an object with a list for each feature")
    return [_row(row, contract) for row in value]


def _row(row: Any, contract: Contract) -> Any:
    """Return the record of an instance: an object, a list of all values, or the only value."""
    if isinstance(row, dict):
        return row
    names = list(contract.features)
    if len(names) == 1 and not (
        isinstance(row, list) and "array" not in kinds(contract.features[names[0]])
    ):
        return {names[0]: row}
    if not isinstance(row, list):
        raise invalid(f"expected each record as an object with {', '.join(names)}")
    return as_record(contract, row)


def _split(value: Any, contract: Contract) -> list[Record]:
    if not isinstance(value, dict) or not isinstance(value.get("data"), list):
        raise invalid('expected {"columns": [names], "data": [rows]}')
    names = value.get("columns", [])
    if not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
        raise invalid("expected the columns as a list of names")
    check_names(names)
    return [as_record(contract, row, names) for row in _lists(value["data"])]


def _lists(rows: list[Any]) -> list[list[Any]]:
    if not all(isinstance(row, list) for row in rows):
        raise invalid("expected each row of data as a list")
    return rows


def _split_or_rows(value: Any, contract: Contract) -> list[Any]:
    return (_split if isinstance(value, dict) and "data" in value else _rows)(value, contract)


_FORMS: dict[str, Callable[[Any, Contract], list[Any]]] = {
    "instances": _rows,
    "inputs": _rows,
    "dataframe_records": _rows,
    "dataframe_split": _split,
    "input_data": _split_or_rows,
}
KEYS = tuple(_FORMS)
