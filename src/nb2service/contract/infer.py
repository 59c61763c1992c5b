"""Infer: what a request and an answer look like, from the recorded calls and the signature."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from nb2service.contract.schemas import (
    Schema,
    annotation_schema,
    column_schema,
    lenient,
    merge,
    object_schema,
    schema_of,
)
from nb2service.errors import Nb2serviceError

Input = Literal["record", "frame", "rows", "arguments"]

# What predict wants instead of the plain value that JSON brings, by the type that was seen.
_CONVERTED = {
    "datetime.datetime",
    "datetime.date",
    "decimal.Decimal",
    "pandas._libs.tslibs.timestamps.Timestamp",
    "pandas.Timestamp",
    "numpy.ndarray",
    "tuple",
    "set",
    "frozenset",
    "pandas.Series",
    "pandas.core.series.Series",
}
_SHORT = {
    "pandas._libs.tslibs.timestamps.Timestamp": "pandas.Timestamp",
    "pandas.core.series.Series": "pandas.Series",
}


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
        input: how predict wants its input; see docs/contract.md.
        parameter: the parameter that takes it; None if each feature has its own.
        container: the type that predict wants around it, e.g. `numpy.ndarray`; None if plain.
        dtype: the dtype of an array; None if it has none.
        record: JSON Schema of a record; the order of its properties is that of the columns.
        answer: JSON Schema of an answer.
        answers_are: `dict` if predict answers with a dict or a row of columns, else `value`.
        whole: whether predict answers with one value for a whole table, so that it gets one row at
            a time.
        calls: the recorded calls.
        seen: how many calls the notebook made.
    """

    input: Input
    parameter: str | None
    container: str | None
    dtype: str | None
    record: Schema
    answer: Schema
    answers_are: Literal["dict", "value"]
    whole: bool
    calls: tuple[Call, ...]
    seen: int


def infer(
    place: str,
    function: str,
    parameters: Sequence[Mapping[str, Any]],
    calls: Sequence[Any],
    seen: int,
) -> Inference:
    """Infer the contract from what the recorder saw; see `kernel/recorder.py`.

    Args:
        place: the marked cell, for messages.
        function: the name of predict, for messages.
        parameters: its parameters, without trained state.
        calls: the recorded calls, without trained state.
        seen: how many calls there were.

    Raises:
        Nb2serviceError: predict takes or answers something that JSON cannot say, or is called in
            different ways.
    """
    looked = _Calls(place, function, parameters, calls)
    looked.refuse_unplain()
    shapes = {looked.shape(call) for call in calls}
    if len(shapes) > 1:
        raise Nb2serviceError(
            place,
            f"{function} is called in different ways: with {' and with '.join(sorted(shapes))}",
            "A service has one kind of request: call it in one way.",
        )
    inferred = _SHAPES[shapes.pop()](looked)
    answers = [answer for call in inferred.calls for answer in call.answers]
    answers_are: Literal["dict", "value"] = (
        "dict" if answers and all(isinstance(a, dict) for a in answers) else "value"
    )
    return Inference(
        **vars(inferred), answer=schema_of(answers), answers_are=answers_are, seen=seen
    )


@dataclass(frozen=True)
class _Inferred:
    """The part of an inference that depends on the shape of the calls."""

    input: Input
    parameter: str | None
    container: str | None
    dtype: str | None
    record: Schema
    whole: bool
    calls: tuple[Call, ...]


@dataclass(frozen=True)
class _Calls:
    """The recorded calls of one function, and where messages say that it is."""

    place: str
    function: str
    parameters: Sequence[Mapping[str, Any]]
    calls: Sequence[Any]

    def refuse_unplain(self) -> None:
        for call in self.calls:
            answer = call["answer"]
            for name, argument in call["arguments"].items():
                if argument["form"] == "other":
                    raise Nb2serviceError(
                        self.place,
                        f"{self.function} is called with a {argument['type']} for {name!r}, which "
                        f"JSON cannot carry ({argument['why']})",
                        "Let it take a dict, a table, an array or plain values.",
                    )
            if "unplain" in answer:
                raise Nb2serviceError(
                    self.place,
                    f"{self.function} answers with a {answer['type']}, which JSON cannot carry",
                    "Return a number, a string, a list, a dict, an array or a table.",
                )

    def shape(self, call: Mapping[str, Any]) -> str:
        """The shape of one call, in words."""
        arguments = list(call["arguments"].values())
        if len(arguments) != 1:
            return "plain arguments"
        (argument,) = arguments
        match argument["form"]:
            case "mapping" | "object":
                return "a dict"
            case "frame":
                return "a DataFrame"
            case "series" if argument["named"]:
                return "a row"
            case "matrix":
                return "rows"
            case "array" if argument["ndim"] > 1:
                return "rows"
            case "array" | "list" | "series":
                return "rows" if self._are_rows(argument) else "plain arguments"
        return "plain arguments"

    def _are_rows(self, argument: Mapping[str, Any]) -> bool:
        """Whether a flat array or a list is many questions, or one question of several values."""
        rows = argument["plain"]
        if rows and all(isinstance(row, list | dict) for row in rows):
            return True
        each = [_length_of_only(call) == call["answer"]["length"] for call in self.calls]
        return bool(rows) and all(each)

    def only(self) -> tuple[str, list[Mapping[str, Any]]]:
        """The name and the values of the one parameter that is passed."""
        name = next(iter(self.calls[0]["arguments"]))
        return name, [next(iter(call["arguments"].values())) for call in self.calls]

    def answers_whole(self) -> bool:
        """Whether predict answers a table with one value; refuse it if there was a second row."""
        sizes = [_length_of_only(call) for call in self.calls]
        by_row = [_by_row(call["answer"], n) for call, n in zip(self.calls, sizes, strict=True)]
        if all(by_row):
            return False
        if all(n == 1 for n in sizes):
            return True
        at = by_row.index(False)
        answer = self.calls[at]["answer"]
        raise Nb2serviceError(
            self.place,
            f"{self.function} was given {sizes[at]} rows and answered with "
            f"{'one value' if answer['length'] is None else answer['length']} ({answer['type']})",
            "A service answers each record: return one answer for each row.",
        )

    def table(self, records: Sequence[list[dict[str, Any]]], whole: bool) -> tuple[Call, ...]:
        """The calls of a table or of rows: one answer for each record."""
        found = []
        for call, asked in zip(self.calls, records, strict=True):
            if whole:
                found.append(Call(asked, [call["answer"]["one"]], many=False))
            else:
                found.append(Call(asked, _answers(call["answer"], len(asked)), len(asked) != 1))
        return tuple(found)


def _length_of_only(call: Mapping[str, Any]) -> int:
    return len(next(iter(call["arguments"].values()))["plain"])


def _by_row(answer: Mapping[str, Any], rows: int) -> bool:
    return rows in (answer["length"], answer["columns"]) and not answer["mapping"]


def _answers(answer: Mapping[str, Any], rows: int) -> list[Any]:
    """One answer for each row; a tuple of columns is turned around."""
    plain = answer["plain"]
    if answer["columns"] == rows:
        return [list(parts) for parts in zip(*plain, strict=True)]
    return list(plain)


def _record(looked: _Calls) -> _Inferred:
    """`predict(payload: dict)`, or a dataclass or pydantic model of the notebook."""
    name, values = looked.only()
    of_class = values[0]["type"] if values[0]["form"] == "object" else None
    schema = _fields([v["plain"] for v in values], values)
    calls = tuple(
        Call([value["plain"]], [call["answer"]["one"]], many=False)
        for value, call in zip(values, looked.calls, strict=True)
    )
    return _Inferred("record", name, of_class, None, schema, False, calls)


def _row(looked: _Calls) -> _Inferred:
    """`predict(row: pd.Series)` whose index names the features."""
    inferred = _record(looked)
    _, values = looked.only()
    return _Inferred(
        "record",
        inferred.parameter,
        "pandas.Series",
        values[0]["dtype"],
        inferred.record,
        False,
        inferred.calls,
    )


def _fields(records: Sequence[dict[str, Any]], encoded: Sequence[Mapping[str, Any]]) -> Schema:
    """The schema of dicts, with what predict wants instead of JSON's plain values."""
    schema = {"type": "object", **object_schema(records)}
    nan = {name for value in encoded for name in value["nan"]}
    properties = {}
    for name, found in schema["properties"].items():
        types = {value["types"][name] for value in encoded if name in value["types"]}
        dtypes = [value["dtypes"][name] for value in encoded if name in value["dtypes"]]
        properties[name] = {**lenient(found, name in nan), **_converted(types, dtypes)}
    return {**schema, "properties": properties}


def _converted(types: set[str], dtypes: Sequence[str]) -> Schema:
    wanted = types & _CONVERTED
    if len(wanted) != 1 or types - wanted - {"NoneType"}:
        return {}
    kind = wanted.pop()
    found: Schema = {"x-python": _SHORT.get(kind, kind)}
    if found["x-python"] in ("datetime.datetime", "pandas.Timestamp"):
        found["format"] = "date-time"
    if found["x-python"] in ("numpy.ndarray", "pandas.Series") and dtypes:
        found["x-dtype"] = dtypes[0]
    return found


def _arguments(looked: _Calls) -> _Inferred:
    """`predict(area: float, region: str, …)`: each feature is a parameter."""
    for parameter in looked.parameters:
        if parameter["kind"] in ("POSITIONAL_ONLY", "VAR_POSITIONAL"):
            raise Nb2serviceError(
                looked.place,
                f"{looked.function} has the parameter {parameter['name']!r}, "
                "which has no name in a call",
                "Give each feature a parameter of its own: JSON records go by names.",
            )
    passed = dict.fromkeys(name for call in looked.calls for name in call["arguments"])
    named = {p["name"]: p for p in looked.parameters if p["kind"] != "VAR_KEYWORD"}
    properties: Schema = {}
    required = []
    for name in [*named, *(n for n in passed if n not in named)]:
        parameter = named.get(name, {"annotation": ""})
        annotated = annotation_schema(parameter["annotation"])
        seen = [c["arguments"][name] for c in looked.calls if name in c["arguments"]]
        if not seen and annotated is None:
            continue  # a default such as `model=model` is no request data
        properties[name] = _argument(annotated, seen)
        in_all = name not in named and len(seen) == len(looked.calls)
        if in_all or (name in named and "default" not in parameter):
            required.append(name)
    schema = {"type": "object", "properties": properties, "required": required}
    calls = tuple(
        Call(
            [{name: argument["plain"] for name, argument in call["arguments"].items()}],
            [call["answer"]["one"]],
            many=False,
        )
        for call in looked.calls
    )
    return _Inferred("arguments", None, None, None, schema, False, calls)


def _argument(annotated: Schema | None, seen: Sequence[Mapping[str, Any]]) -> Schema:
    found = schema_of([argument["plain"] for argument in seen])
    schema = merge(annotated, found) if annotated else lenient(found)
    if any(argument.get("nan") for argument in seen):
        schema = {**lenient(merge(schema, {"type": "null"}), null_is_nan=True)}
    types = {argument["type"] for argument in seen}
    return {**schema, **_converted(types, [a["dtype"] for a in seen if "dtype" in a])}


def _frame(looked: _Calls) -> _Inferred:
    """`predict(df: pd.DataFrame)`: a record is a row, a feature is a column."""
    name, values = looked.only()
    layouts = {json.dumps([column["name"] for column in value["columns"]]) for value in values}
    if len(layouts) > 1:
        raise Nb2serviceError(
            looked.place,
            f"{looked.function} is called with DataFrames of different columns",
            "Select its columns inside the function, or call it with one kind of table.",
        )
    properties: Schema = {}
    for position, column in enumerate(values[0]["columns"]):
        feature = column["name"]
        if column["label"] is None or feature in properties:
            fact = "is there twice" if feature in properties else "is neither a string nor a number"
            raise Nb2serviceError(
                looked.place,
                f"the column {feature} of the DataFrame that {looked.function} is called with {fact}",
                "JSON records go by names: df.columns = [...] gives each column its own.",
            )
        seen = [value["columns"][position] for value in values]
        rows = [row[feature] for value in values for row in value["plain"]]
        properties[feature] = _column(looked.place, feature, seen, rows)
        if column["label"] != feature:
            properties[feature]["x-label"] = column["label"]
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    whole = looked.answers_whole()
    calls = looked.table([value["plain"] for value in values], whole)
    return _Inferred("frame", name, None, None, schema, whole, calls)


def _column(
    place: str, name: str, seen: Sequence[Mapping[str, Any]], values: Sequence[Any]
) -> Schema:
    dtypes = dict.fromkeys(column["dtype"] for column in seen)
    # Calls with and without a null, or with hand-written whole numbers, differ in dtype alone:
    # float64 holds what int64 holds.
    dtype = "float64" if set(dtypes) == {"int64", "float64"} else next(iter(dtypes))
    schema = column_schema(
        dtype,
        any(column["null"] for column in seen),
        values,
        seen[0].get("categories"),
        seen[0].get("ordered", False),
    )
    if schema is None:
        raise Nb2serviceError(
            place,
            f"the column {name!r} has the dtype {dtype}, which JSON has no word for",
            "Turn it into numbers, strings or dates before the call.",
        )
    return schema


def _rows(looked: _Calls) -> _Inferred:
    """`predict(X)` of an array, a list of texts, a list of dicts, a sparse matrix: rows and answers."""
    name, values = looked.only()
    rows = [row for value in values for row in value["plain"]]
    of_dicts = bool(rows) and all(isinstance(row, dict) for row in rows)
    columns = values[0].get("columns") or []
    if of_dicts:
        schema = {"type": "object", **object_schema(rows)}
        found = {k: lenient(v) for k, v in schema["properties"].items()}
        schema = {**schema, "properties": found}
        records = [list(value["plain"]) for value in values]
    elif columns:
        null = any(item is None for row in rows for item in row)
        item = {"type": ["number", "null"], "x-null": "nan"} if null else {"type": "number"}
        schema = {
            "type": "object",
            "properties": {column: dict(item) for column in columns},
            "required": list(columns),
        }
        records = [
            [dict(zip(columns, row, strict=True)) for row in value["plain"]] for value in values
        ]
    else:
        item = _of_one_length(lenient(schema_of(rows)), rows)
        schema = {"type": "object", "properties": {name: item}, "required": [name]}
        records = [[{name: row} for row in value["plain"]] for value in values]
    whole = looked.answers_whole()
    container = _container(values[0])
    calls = looked.table(records, whole)
    return _Inferred("rows", name, container, values[0].get("dtype"), schema, whole, calls)


def _of_one_length(schema: Schema, rows: Sequence[Any]) -> Schema:
    """The schema of a row of numbers, as long as all rows that were seen."""
    lengths = {len(row) for row in rows if isinstance(row, list)}
    if len(lengths) != 1 or not all(isinstance(row, list) for row in rows):
        return schema
    (length,) = lengths
    return {**schema, "minItems": length, "maxItems": length}


def _container(value: Mapping[str, Any]) -> str:
    kind = str(value["type"])
    if kind.startswith("scipy.sparse"):
        return "scipy.sparse." + kind.rpartition(".")[2]
    if kind == "xgboost.core.DMatrix":
        return "xgboost.DMatrix"
    return _SHORT.get(kind, kind)


_SHAPES = {
    "a dict": _record,
    "a row": _row,
    "a DataFrame": _frame,
    "rows": _rows,
    "plain arguments": _arguments,
}
