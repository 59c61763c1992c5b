"""The API as an OpenAPI 3.1 document: openapi.json, filled with what the contract says."""

import json
from pathlib import Path
from typing import Any

from service.contract import Contract, Schema
from service.records.conform import bounds, is_naive, kinds
from service.settings import Settings

_BASE = Path(__file__).with_name("openapi.json")
_KEPT = "A record that one of these would leave out is refused:"
_LISTED = 20  # known values in a description
_DAY = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?"
_PATTERNS = {"date-time": f"{_DAY}([T ]{_CLOCK})?", "date": _DAY, "time": _CLOCK}
_UTC, _OFFSET = "(Z|[+]00:00)?", "(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?"


def openapi(contract: Contract, settings: Settings, about: str = "") -> dict[str, Any]:
    """Return the document; `about` is what the notebook says of its predict."""
    document: dict[str, Any] = json.loads(_BASE.read_text(encoding="utf-8"))
    document["info"] |= {
        "title": contract.title,
        "version": contract.model_version,
        "description": "\n\n".join(filter(None, [about, _origin(contract)])),
    }
    schemas = document["components"]["schemas"]
    schemas["Record"] = _record(contract)
    if settings.strict_fields:
        schemas["Record"]["additionalProperties"] = False
    schemas["Records"]["maxItems"] = settings.max_records
    schemas["Answer"] = _answer(contract)
    if settings.keys:
        document["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        for operation in (
            document["paths"]["/predict"]["post"],
            document["paths"]["/metrics"]["get"],
        ):
            operation["security"] = [{"key": []}]
    if not settings.metrics:
        del document["paths"]["/metrics"]
    if "model_version" in schemas["Answer"].get("properties", {}):
        del schemas["One"]["allOf"][1]  # the notebook's own stays, whatever it is
    if contract.guards:
        told = "\n".join(f"- `{why}`" for why in contract.guards)
        document["components"]["responses"]["LeftOut"]["description"] += f"\n\n{_KEPT}\n{told}"
    operation = document["paths"]["/predict"]["post"]
    asked = operation["requestBody"]["content"]["application/json"]
    answered = operation["responses"]["200"]["content"]["application/json"]
    asked["examples"], answered["examples"] = _examples(contract)
    return document


def _origin(contract: Contract) -> str:
    origin = contract.document.get("provenance", {})
    if "notebook" not in origin:
        return ""
    return f"Extracted from {origin['notebook']}, cell {origin['cell']}, by {origin['generator']}."


def _record(contract: Contract) -> dict[str, Any]:
    features = {
        name: _feature(name, schema, contract) for name, schema in contract.features.items()
    }
    required = [name for name in features if name in contract.required]
    return {"type": "object", "properties": features, "required": required}


def _feature(name: str, schema: Schema, contract: Contract) -> dict[str, Any]:
    """Return the feature's schema with the bounds of its dtype, examples and words for people."""
    recorded = [one["record"][name] for one in contract.examples if name in one["record"]]
    different = {json.dumps(value): value for value in recorded}
    words = [_seen(schema), _known(schema), _moment(schema)]
    told = {
        **schema,
        **_limits(schema),
        **_pattern(schema),
        "description": "; ".join(filter(None, words)),
        "examples": list(different.values()),
    }
    return {key: value for key, value in told.items() if value not in ("", [])}


def _limits(schema: Schema) -> dict[str, float]:
    if "x-dtype" not in schema and "x-python" not in schema:
        return {}
    if not {"integer", "number"} & set(kinds(schema)) or "float64" in str(schema.get("x-dtype")):
        return {}
    low, high = bounds(schema)
    return {"minimum": low, "maximum": high}


def _pattern(schema: Schema) -> dict[str, str]:
    kind = schema.get("format")
    if kind not in _PATTERNS:
        return {}
    offset = "" if kind == "date" else _UTC if is_naive(schema) else _OFFSET
    return {"pattern": f"^{_PATTERNS[kind]}{offset}$"}


def _seen(schema: Schema) -> str:
    seen = schema.get("x-seen")
    if not seen or isinstance(seen["min"], list):
        return ""
    return f"the notebook had {seen['min']} to {seen['max']}"


def _known(schema: Schema) -> str:
    known = schema.get("x-known")
    if not known:
        return ""
    listed = ", ".join(json.dumps(value, ensure_ascii=False) for value in known[:_LISTED])
    more = ", …" if len(known) > _LISTED else ""
    refused = schema.get("x-unknown") == "refused"
    return f"the notebook had {listed}{more}" + ("; others may be refused" if refused else "")


def _moment(schema: Schema) -> str:
    if schema.get("format") != "date-time":
        return ""
    return f"ISO 8601{' without an offset, as the notebook has it' if is_naive(schema) else ''}"


def _answer(contract: Contract) -> dict[str, Any]:
    """Return the schema of the object that an answer stands in."""
    schema = contract.document["$defs"].get("answer", {})
    if contract.answer == "dict" and not contract.classes:
        return dict(schema)
    if not contract.classes and (not schema or "object" in kinds(schema)):
        return {"type": "object"}  # a dict among other answers has names of its own
    named = {contract.answer_name: schema}
    return {"type": "object", "properties": named, "required": [contract.answer_name]}


def _examples(contract: Contract) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the recorded calls as requests and as answers, one after the other and all at once."""
    version = {"model_version": contract.model_version}
    records = [one["record"] for one in contract.examples]
    answers = [contract.named(one["answer"]) for one in contract.examples]
    asked = {f"record {at}": {"value": one} for at, one in enumerate(records, 1)}
    answered = {f"record {at}": {"value": {**version, **one}} for at, one in enumerate(answers, 1)}
    if records:
        asked["many"] = {"value": records}
        answered["many"] = {"value": {"predictions": answers, **version}}
    return asked, answered
