"""Try on predict what the notebook never asked: a null, an unknown value, a fraction, less.

One probe for each feature and kind, on a recorded record. It is accepted if predict answers, in
whatever form: the keys of an explanation may depend on the record. Only a null that the answer to the
record as it was did not have is no answer.
"""

import contextlib
import dataclasses
import json
import re
import time

from .deadline import Late, deadline

# What no notebook has as a category.
UNKNOWN = "no such value"
# Of the time, this much for one probe after the other; the rest for what is left, tried at once.
_ONE_BY_ONE = 0.75
# Records that are looked through for one that has a feature and is answered alone.
_LOOKED_AT = 20
_DATE = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}\b")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_LARGEST = {"int8": 127, "uint8": 255, "int16": 32767, "uint16": 65535}
_LEFT_OUT = object()
_KINDS = ("unknown", "null", "whole", "fraction", "left out", "null inside")


@dataclasses.dataclass(frozen=True)
class _Change:
    """One way to change a feature of a record: its value, and its schema for this once."""

    value: object
    schema: dict = dataclasses.field(default_factory=dict)
    told: dict = dataclasses.field(default_factory=dict)


def probe(predict, contract, calls, known, seconds):
    """Find out what predict accepts beyond what it was asked.

    Args:
        predict: the extracted function.
        contract: its contract.
        calls: the recorded calls.
        known: feature -> its distinct values, where they are few.
        seconds: after these the rest stays untried.

    Returns:
        A dict with `probes`, each with `feature`, `kind` (one of `_KINDS`), `accepted` and, for a null
        that predict takes as NaN only, `nan`; and `untried`, how many there was no time for.
    """
    found, rest = [], []
    politely = time.monotonic() + seconds * _ONE_BY_ONE
    with contextlib.suppress(Late), deadline(seconds):
        trial = _Trial(predict, contract, calls)
        rest += [
            (kind, name, ways)
            for kind in _KINDS
            for name in contract.features
            if (ways := _ways(kind, name, trial, known))
        ]
        while rest and time.monotonic() < politely:
            kind, name, ways = rest[0]
            found.append(_one(kind, name, ways, trial))
            del rest[0]
        for kind in dict.fromkeys(kind for kind, _, _ in rest):
            firsts = {name: ways[0] for other, name, ways in rest if other == kind}
            if trial.answers(firsts):
                found += [_told(kind, name, change) for name, change in firsts.items()]
                rest[:] = [one for one in rest if one[0] != kind]
    return {"probes": found, "untried": len(rest)}


def _one(kind, name, ways, trial):
    for change in ways:
        if trial.answers({name: change}):
            return _told(kind, name, change)
    return {"feature": name, "kind": kind, "accepted": False}


def _told(kind, name, change):
    return {"feature": name, "kind": kind, "accepted": True, **change.told}


class _Trial:
    """Asks predict about recorded records with something changed."""

    def __init__(self, predict, contract, calls):
        self.predict, self.contract = predict, contract
        self.records = [record for call in calls for record in call["records"]]
        self._answers = {}

    def values(self, name):
        """All values that a feature had, without nulls."""
        return [r[name] for r in self.records if r.get(name) is not None]

    def base(self, name):
        """The first record that has the feature and is answered alone, and its answer; else None."""
        for at, record in enumerate(self.records[:_LOOKED_AT]):
            if record.get(name) is None:
                continue
            if at not in self._answers:
                self._answers[at] = self._ask(record, self.contract.features)
            if self._answers[at]:
                return record, self._answers[at][0]
        return None

    def answers(self, changes):
        """Whether predict answers a record with these changes."""
        record, expected = self.base(next(iter(changes)))
        features = dict(self.contract.features)
        changed = dict(record)
        for name, change in changes.items():
            features[name] = {**features[name], **change.schema}
            changed[name] = change.value
        changed = {name: value for name, value in changed.items() if value is not _LEFT_OUT}
        got = self._ask(changed, features)
        return bool(got) and _is_answer(expected, got[0])

    def _ask(self, record, features):
        """The answer in a list, through JSON text as over HTTP; an empty list if there is none."""
        from service.records.inputs import answer_records

        contract = dataclasses.replace(self.contract, features=features)
        try:
            sent = json.loads(json.dumps(record))
            answers = answer_records(self.predict, contract, [sent])
            return json.loads(json.dumps(answers, allow_nan=False))[:1]
        except (Late, KeyboardInterrupt):
            raise
        except BaseException:  # code of the notebook, which may even exit
            return []


def _is_answer(expected, got):
    """Whether predict answered, in whatever form: a null where it had a value before is no answer."""
    if expected is None:
        return True
    if isinstance(expected, dict) and isinstance(got, dict):
        return all(_is_answer(value, got[name]) for name, value in expected.items() if name in got)
    if isinstance(expected, list) and isinstance(got, list):
        return None in expected or None not in got
    return got is not None


def _ways(kind, name, trial, known):
    """The ways to try a kind on a feature, the better one first; none if it does not apply."""
    schema = trial.contract.features[name]
    base = trial.base(name)
    if base is None:
        return []
    value = base[0][name]
    listed = schema.get("type", [])
    types = {listed} if isinstance(listed, str) else set(listed)
    return _WAYS[kind](name, schema, types, value, trial, known)


def _unknown(name, schema, types, value, trial, known):
    if "enum" in schema or "format" in schema or "x-python" in schema or not known.get(name):
        return []
    if types <= {"string", "null"}:
        return [_Change(text) for text in (UNKNOWN, *_of_their_kind(known[name]))]
    beyond = max(known[name]) + 1 if all(type(v) is int for v in known[name]) else None
    if beyond is None or beyond > _LARGEST.get(schema.get("x-dtype"), beyond):
        return []
    return [_Change(beyond)] if types <= {"integer", "number", "null"} else []


def _of_their_kind(texts):
    """Another text like these, where all are dates or all are numbers: predict may read them."""
    if all(_DATE.match(text) for text in texts):
        # In a leap year's February the year after has one day less.
        another = next((t for t in texts if _YEAR.search(t) and "29" not in t), "")
        return [_YEAR.sub(lambda year: str(int(year[0]) + 1), another)] if another else []
    try:
        return [str(max(map(int, texts)) + 1)]
    except ValueError:
        pass
    try:
        return [str(max(map(float, texts)) + 1.5)]
    except ValueError:
        return []


def _null(name, schema, types, value, trial, known):
    if not types or "null" in types:
        return []
    nan = _Change(None, {"x-null": "nan"}, {"nan": True})
    if trial.contract.input == "frame":  # a dtype says by itself what a null is
        return [nan if schema.get("x-dtype") == "object" else _Change(None)]
    if trial.contract.row == "value" and trial.contract.input == "rows":
        return [_Change(None)]
    return [_Change(None), nan] if types <= {"integer", "number"} else [_Change(None)]


def _own_number(schema, types, trial):
    """Whether a feature is a number as JSON has it, without a dtype."""
    by_dtype = trial.contract.input == "frame" or trial.contract.container in (
        "numpy.ndarray",
        "pandas.Series",
        "xgboost.DMatrix",
    )
    return "number" in types and not by_dtype and "x-python" not in schema


def _whole(name, schema, types, value, trial, known):
    of_floats = all(type(v) is float for v in trial.values(name))
    if not _own_number(schema, types, trial) or not of_floats:
        return []
    return [_Change(int(value))]


def _fraction(name, schema, types, value, trial, known):
    of_integers = all(type(v) is int for v in trial.values(name))
    if not _own_number(schema, types, trial) or not of_integers:
        return []
    return [_Change(value + 0.5)]


def _left_out(name, schema, types, value, trial, known):
    always = all(name in record for record in trial.records)
    return [_Change(_LEFT_OUT)] if always and name not in trial.contract.required else []


def _null_inside(name, schema, types, value, trial, known):
    listed = schema.get("items", {}).get("type", [])
    inner = {listed} if isinstance(listed, str) else set(listed)
    if types != {"array"} or not value or not inner or not inner <= {"number"}:
        return []
    return [_Change([None, *value[1:]])]


_WAYS = {
    "unknown": _unknown,
    "null": _null,
    "whole": _whole,
    "fraction": _fraction,
    "left out": _left_out,
    "null inside": _null_inside,
}
