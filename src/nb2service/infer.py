"""Infer: what a request and an answer look like, from the recorded calls and the signature."""

import ast
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from nb2service.errors import Nb2serviceError
from nb2service.mark import Mark
from nb2service.read import Notebook

Input = Literal["record", "frame", "arguments"]
Schema = dict[str, Any]

# The types of JSON Schema 2020-12 by the Python type that stands for them in a recorded call.
_JSON_TYPES = {type(None): "null", bool: "boolean", int: "integer", float: "number", str: "string"}
_ANNOTATIONS = {"int": "integer", "float": "number", "str": "string", "bool": "boolean"}


@dataclass(frozen=True)
class Call:
    """A recorded call, as the service would see it.

    Attributes:
        records: the records that were asked about.
        answers: the notebook's answers, one for each.
        many: whether the call took several records, so that the service is sent an array.

    """

    records: list[dict[str, Any]]
    answers: list[Any]
    many: bool


@dataclass(frozen=True)
class Inference:
    """What the recorded calls tell.

    Attributes:
        input: how predict wants its input.
        record: JSON Schema of a record; the order of its properties is that of the columns.
        answer: JSON Schema of an answer.
        answers_are: `dict` if predict answers with a dict or a row of columns, else `value`.
        whole: whether predict answers with one value for a whole DataFrame, so that it gets one row
            at a time.
        calls: the recorded calls.
        seen: how many calls the notebook made.

    """

    input: Input
    record: Schema
    answer: Schema
    answers_are: Literal["dict", "value"]
    whole: bool
    calls: tuple[Call, ...]
    seen: int


def infer(notebook: Notebook, mark: Mark, report: Mapping[str, Any]) -> Inference:
    """Infer the contract from what the recorder saw; see `kernel/recorder.py`.

    Raises:
        Nb2serviceError: predict takes or answers something that JSON cannot say, or is called in
            different ways.

    """
    calls = report["calls"]
    place = notebook.place(mark.cell)
    _refuse_unplain(place, mark, calls)
    forms = sorted({call["form"] for call in calls})
    if len(forms) > 1:
        raise Nb2serviceError(
            place,
            f"{mark.function} is called in different ways: with {' and with '.join(map(_form, forms))}",
            "A service has one kind of request: call it in one way.",
        )
    form: Input = forms[0]
    if form == "frame":
        record = _frame_schema(place, mark, calls)
    elif form == "record":
        record = _record_schema([c["plain"] for c in calls], [c["nan"] for c in calls])
    else:
        record = _arguments_schema(place, mark, report["parameters"], calls)
    whole = form == "frame" and _answers_whole(place, mark, calls)
    found = tuple(_call(form, whole, call) for call in calls)
    answers = [answer for call in found for answer in call.answers]
    answers_are: Literal["dict", "value"] = (
        "dict" if answers and all(isinstance(a, dict) for a in answers) else "value"
    )
    return Inference(
        form, record, schema_of(answers), answers_are, whole, found, int(report["seen"])
    )


def _form(form: str) -> str:
    return {"frame": "a DataFrame", "record": "a dict", "arguments": "plain arguments"}[form]


def _refuse_unplain(place: str, mark: Mark, calls: Iterable[Mapping[str, Any]]) -> None:
    for call in calls:
        if "unplain" in call:
            types = ", ".join(f"{k}: {v}" for k, v in call.get("types", {}).items())
            raise Nb2serviceError(
                place,
                f"{mark.function} is called with what JSON cannot carry"
                f"{f' ({types})' if types else ''}: {call['unplain']}",
                "Let it take a dict, a DataFrame or plain values; models and look-up tables are best "
                "used by their names in the notebook, they come along.",
            )
        if "unplain" in call["answer"]:
            raise Nb2serviceError(
                place,
                f"{mark.function} answers with a {call['answer']['type']}, which JSON cannot carry",
                "Return a number, a string, a list, a dict, an array or a table.",
            )


def schema_of(values: Sequence[Any]) -> Schema:
    """JSON Schema that admits all `values`, which are plain JSON-able Python."""
    types = {_JSON_TYPES[type(v)] for v in values if type(v) in _JSON_TYPES}
    if "number" in types:
        types.discard("integer")
    lists = [v for v in values if isinstance(v, list)]
    dicts = [v for v in values if isinstance(v, dict)]
    schema: Schema = {}
    names = sorted(types, key=lambda t: (t == "null", t))
    if lists:
        names.insert(0, "array")
        schema["items"] = schema_of([item for part in lists for item in part])
    if dicts:
        names.insert(0, "object")
        schema.update(_object_schema(dicts))
    if not names:
        return {}
    return {"type": names[0] if len(names) == 1 else names, **schema}


def _object_schema(dicts: Sequence[Mapping[str, Any]]) -> Schema:
    keys = dict.fromkeys(key for part in dicts for key in part)
    return {
        "properties": {key: schema_of([d[key] for d in dicts if key in d]) for key in keys},
        "required": [key for key in keys if all(key in d for d in dicts)],
    }


def _record_schema(records: Sequence[Mapping[str, Any]], nan: Sequence[Sequence[str]]) -> Schema:
    schema = {"type": "object", **_object_schema(records)}
    null_is_nan = {name for names in nan for name in names}
    schema["properties"] = {
        name: _lenient(found, name in null_is_nan) for name, found in schema["properties"].items()
    }
    return schema


def _lenient(schema: Schema, null_is_nan: bool) -> Schema:
    """A number in a dict has no declared type: whole numbers that were seen exclude no others."""
    types = schema.get("type")
    listed = [types] if isinstance(types, str) else list(types or [])
    listed = ["number" if t == "integer" else t for t in listed]
    if null_is_nan:
        if listed == ["null"]:
            listed = ["number", "null"]
        schema = {**schema, "x-null": "nan"}
    if not listed:
        return schema
    return {**schema, "type": listed[0] if len(listed) == 1 else listed}


def _arguments_schema(
    place: str,
    mark: Mark,
    parameters: Sequence[Mapping[str, Any]],
    calls: Sequence[Mapping[str, Any]],
) -> Schema:
    for parameter in parameters:
        if parameter["kind"] in ("POSITIONAL_ONLY", "VAR_POSITIONAL"):
            raise Nb2serviceError(
                place,
                f"{mark.function} has the parameter {parameter['name']!r}, which has no name in a call",
                "Give each feature a parameter of its own: JSON records go by names.",
            )
    nan = {name for call in calls for name in call["nan"]}
    passed = dict.fromkeys(name for call in calls for name in call["plain"])
    named = {p["name"]: p for p in parameters if p["kind"] != "VAR_KEYWORD"}
    properties: Schema = {}
    required = []
    for name in [*named, *(n for n in passed if n not in named)]:
        parameter = named.get(name, {"annotation": ""})
        annotated = _annotation_schema(parameter["annotation"])
        if name not in passed and annotated is None:
            continue  # a default such as `model=model` is no request data
        seen = schema_of([call["plain"][name] for call in calls if name in call["plain"]])
        found = _merge(annotated, seen) if annotated else _lenient(seen, name in nan)
        properties[name] = {**found, "x-null": "nan"} if name in nan else found
        in_all = name not in named and all(name in call["plain"] for call in calls)
        if in_all or (name in named and "default" not in parameter):
            required.append(name)
    return {"type": "object", "properties": properties, "required": required}


def _annotation_schema(annotation: str) -> Schema | None:
    """The schema that an annotation of plain types stands for; None for any other."""
    try:
        node = (
            ast.parse(annotation.replace("typing.", ""), mode="eval").body if annotation else None
        )
    except SyntaxError:
        return None
    return _annotation_node(node)


def _annotation_node(node: ast.expr | None) -> Schema | None:
    match node:
        case ast.Name(id=name) if name in _ANNOTATIONS:
            return {"type": _ANNOTATIONS[name]}
        case ast.Constant(value=None):
            return {"type": "null"}
        case ast.Constant(value=str(text)):
            return _annotation_schema(text)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            parts = [_annotation_node(left), _annotation_node(right)]
        case ast.Subscript(value=ast.Name(id="Optional"), slice=inner):
            parts = [_annotation_node(inner), {"type": "null"}]
        case ast.Subscript(value=ast.Name(id="Union"), slice=ast.Tuple(elts=elements)):
            parts = [_annotation_node(element) for element in elements]
        case ast.Subscript(value=ast.Name(id="Literal"), slice=inner):
            values = list(inner.elts) if isinstance(inner, ast.Tuple) else [inner]
            known = [v.value for v in values if isinstance(v, ast.Constant)]
            return {**schema_of(known), "enum": known}
        case _:
            return None
    merged: Schema | None = None
    for part in parts:
        if part is None:
            return None
        merged = part if merged is None else _merge(merged, part)
    return merged


def _merge(a: Schema, b: Schema) -> Schema:
    """A schema that admits what either admits."""
    if not a or not b:
        return a or b
    types = [t for s in (a, b) for t in ([s["type"]] if isinstance(s["type"], str) else s["type"])]
    if "number" in types:
        types = [t for t in types if t != "integer"]
    types = sorted(dict.fromkeys(types), key=lambda t: t == "null")
    merged = {**b, **a, "type": types[0] if len(types) == 1 else types}
    if "enum" in a and types != (a["type"] if isinstance(a["type"], list) else [a["type"]]):
        merged.pop("enum")
    return merged


def _frame_schema(place: str, mark: Mark, calls: Sequence[Mapping[str, Any]]) -> Schema:
    layouts = {json.dumps([c["name"] for c in call["columns"]]) for call in calls}
    if len(layouts) > 1:
        raise Nb2serviceError(
            place,
            f"{mark.function} is called with DataFrames of different columns",
            "Select its columns inside the function, or call it with one kind of table.",
        )
    properties: Schema = {}
    for position, column in enumerate(calls[0]["columns"]):
        name = column["name"]
        if not column["is_text"] or name in properties:
            fact = "is no string" if not column["is_text"] else "is there twice"
            raise Nb2serviceError(
                place,
                f"the column {name} of the DataFrame that {mark.function} is called with {fact}",
                "JSON records go by names: df.columns = [...] gives each column its own.",
            )
        seen = [call["columns"][position] for call in calls]
        values = [r[name] for call in calls for r in call["records"]]
        properties[name] = _column_schema(place, name, seen, values)
    return {"type": "object", "properties": properties, "required": list(properties)}


def _column_schema(
    place: str, name: str, seen: Sequence[Mapping[str, Any]], values: Sequence[Any]
) -> Schema:
    dtypes = dict.fromkeys(column["dtype"] for column in seen)
    # Calls with and without a null, or with hand-written whole numbers, differ in dtype alone:
    # float64 holds what int64 holds.
    dtype = "float64" if set(dtypes) == {"int64", "float64"} else next(iter(dtypes))
    nullable = any(column["null"] for column in seen)
    schema: Schema
    kind = dtype.lower()
    if kind.startswith(("int", "uint")):
        schema = {"type": "integer"}
    elif kind.startswith("float"):
        schema = {"type": "number"}
    elif kind in ("bool", "boolean"):
        schema = {"type": "boolean"}
    elif kind.startswith("datetime64"):
        schema = {"type": "string", "format": "date-time"}
    elif kind == "category":
        categories = seen[0]["categories"]
        schema = {**schema_of(categories), "enum": categories}
    elif kind in ("object", "str") or kind.startswith("string"):
        schema = schema_of([v for v in values if v is not None]) or {"type": "string"}
    else:
        raise Nb2serviceError(
            place,
            f"the column {name!r} has the dtype {dtype}, which JSON has no word for",
            "Turn it into numbers, strings or dates before the call.",
        )
    if nullable:
        schema = _merge(schema, {"type": "null"}) if schema else schema
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
    schema["x-dtype"] = dtype
    if kind == "category":
        schema["x-categories"] = seen[0]["categories"]
        schema["x-ordered"] = seen[0]["ordered"]
    return schema


def _answers_whole(place: str, mark: Mark, calls: Sequence[Mapping[str, Any]]) -> bool:
    by_row = [c["answer"]["length"] == len(c["records"]) for c in calls]
    if all(by_row):
        return False
    if all(len(c["records"]) == 1 for c in calls):
        return True
    call = calls[by_row.index(False)]
    raise Nb2serviceError(
        place,
        f"{mark.function} was given {len(call['records'])} rows and answered with "
        f"{'one value' if call['answer']['length'] is None else call['answer']['length']} "
        f"({call['answer']['type']})",
        "A service answers each record: return one answer for each row.",
    )


def _call(form: Input, whole: bool, call: Mapping[str, Any]) -> Call:
    answer = call["answer"]["plain"]
    if form != "frame":
        return Call([call["plain"]], [answer], many=False)
    if whole:
        return Call(call["records"], [answer], many=False)
    return Call(call["records"], list(answer), many=len(call["records"]) != 1)
