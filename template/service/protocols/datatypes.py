"""The datatypes of the Open Inference Protocol, as JSON and as bytes."""

import struct
from collections.abc import Sequence
from typing import Any

from service.contract import Schema
from service.protocols.asking import invalid, not_carried
from service.records.conform import kinds

# The codes of struct.
CODES = {
    "BOOL": "?",
    "INT8": "b",
    "INT16": "h",
    "INT32": "i",
    "INT64": "q",
    "UINT8": "B",
    "UINT16": "H",
    "UINT32": "I",
    "UINT64": "Q",
    "FP16": "e",
    "FP32": "f",
    "FP64": "d",
}
_DATATYPES = {"number": "FP64", "integer": "INT64", "boolean": "BOOL", "string": "BYTES"}


def datatype(schema: Schema, name: str) -> str:
    """Return the datatype of a feature or an answer. Raises Refused where tensors have none."""
    wanted = set(kinds(schema)) - {"null"}
    if wanted == {"array"}:
        return datatype(schema.get("items", {}), name)
    if wanted == {"number", "integer"}:
        wanted = {"number"}
    if len(wanted) != 1 or not wanted <= set(_DATATYPES):
        raise not_carried(f"{name} is of a type that no tensor has")
    return _DATATYPES[wanted.pop()]


def datatype_of_values(name: str, data: Sequence[Any]) -> str:
    """Return the datatype of values of which no schema tells. Raises Refused."""
    found = {type(value) for value in data}
    for types, kind in (
        ({bool}, "BOOL"),
        ({str}, "BYTES"),
        ({int}, "INT64"),
        ({int, float}, "FP64"),
    ):
        if found <= types:
            return kind
    raise not_carried(f"output {name}: the answers are of several types")


def checked(value: Any, kind: str, name: str) -> Any:
    """Return an element as a record has it; NaN is null. Raises Refused."""
    if kind.startswith("FP"):
        if value is None or value != value:
            return None
        right = type(value) in (int, float)
    else:
        right = type(value) is {"BOOL": bool, "BYTES": str}.get(kind, int)
    if not right:
        raise invalid(f"input {name}: a value is no {kind}")
    return value


def pack(values: Sequence[Any], kind: str) -> bytes:
    """Return the values as the binary extension wants them."""
    if kind == "BYTES":
        texts = [text.encode() for text in values]
        return b"".join(struct.pack("<I", len(text)) + text for text in texts)
    return struct.pack(f"<{len(values)}{CODES[kind]}", *values)


def unpack(name: str, kind: str, count: int, packed: bytes) -> list[Any]:
    """Return the values that the bytes of an input are. Raises Refused."""
    if kind == "BYTES":
        return _texts(name, packed)
    size = struct.calcsize(CODES[kind])
    if len(packed) != count * size:
        raise invalid(f"input {name}: {len(packed)} bytes are not {count} values of {kind}")
    return list(struct.unpack(f"<{count}{CODES[kind]}", packed))


def _texts(name: str, packed: bytes) -> list[str]:
    texts, at = [], 0
    try:
        while at < len(packed):
            (size,) = struct.unpack_from("<I", packed, at)
            at += 4 + size
            if at > len(packed):
                raise invalid(f"input {name}: its bytes end within a text")
            texts.append(packed[at - size : at].decode())
    except (struct.error, UnicodeDecodeError) as error:
        raise invalid(f"input {name}: its bytes are no texts of UTF-8") from error
    return texts
