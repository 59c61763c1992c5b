"""Let the notebook's own predict answer records that were drawn, as the service will ask it."""

import contextlib
import functools
import importlib
import json
import sys
import types
from typing import Any

from ..recording.recorder import RECORDER
from .deadline import Late, deadline
from .unlike_records import with_schema


def answer_drawn(
    document, parameter, bound, record_class, records, namespace, folder, seconds, few
):
    """Answer each record, alone.

    Args:
        document: the contract.
        parameter: the parameter of predict that takes a record of that class.
        bound: the parameters of predict that are trained state -> the names that they are bound to.
        record_class: the name of the class that predict wants its record to be, or None.
        records: what to ask, each a `record` and the `schema` of features for this once.
        namespace: the notebook's global names.
        folder: that of the service's package.
        seconds: for all records together: predict may be slow, or never come back from a strange one.
        few: how many of the first answers count where time ran out: always as many, whatever the
            machine did.

    Returns:
        A call for each record, with `answers`, or with the `error` that predict raised.
    """
    if RECORDER.function is None:
        return []
    asking = {"parameter": parameter, "bound": bound, "record_class": record_class}
    with service_modules(folder) as (contracts, inputs):
        contract = contracts.Contract.from_dict(document)
        predict = as_asked(asking, namespace)
        calls = []
        try:
            with RECORDER.away(), deadline(seconds):
                for asked in records:
                    calls.append(_ask(inputs, predict, contract, **asked))  # noqa: PERF401  those before stay
        except Late:
            del calls[few:]
    return calls


def as_asked(asking, namespace):
    """The notebook's predict as the service asks it: with its trained state, and of its class.

    Args:
        asking: `parameter`, `bound` and `record_class`; see `answer_drawn`.
        namespace: the notebook's global names.
    """
    predict: Any = RECORDER.function
    parameter = asking["parameter"]
    if asking["bound"]:
        given = {name: namespace[held] for name, held in asking["bound"].items()}
        predict = functools.partial(predict, **given)
    if asking["record_class"]:
        predict = _of_class(predict, parameter, namespace[asking["record_class"]])
    return predict


def ask(inputs, predict, contract, records):
    """The answers to records, through JSON text as over HTTP."""
    answers = inputs.answer_records(predict, contract, json.loads(json.dumps(records)))
    return json.loads(json.dumps(answers, allow_nan=False))


def _ask(inputs, predict, contract, record, schema):
    call = {"records": [record], "many": False, "drawn": True}
    if schema:
        call["schema"] = schema
        contract = with_schema(contract, schema)
    try:
        call["answers"] = ask(inputs, predict, contract, [record])
    except (Late, KeyboardInterrupt):
        raise
    except BaseException as error:  # it may even leave
        call["error"] = type(error).__name__
    return call


def _of_class(predict, parameter, kind):
    """Predict for a dict that becomes an instance of the notebook's class."""

    def of_record(record):
        return predict(**{parameter: kind(**record)})

    return of_record


@contextlib.contextmanager
def service_modules(folder, *more):
    """The service's modules that make of records what predict takes, under their own names.

    The notebook may have a module `service` itself, which gets its name back.
    """
    before = {n: m for n, m in sys.modules.items() if n.partition(".")[0] == "service"}
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    for name in before:
        del sys.modules[name]
    package = types.ModuleType("service")
    package.__path__ = [folder]
    sys.modules["service"] = package
    try:
        yield [
            importlib.import_module(f"service.{name}")
            for name in ("contract", "records.inputs", *more)
        ]
    finally:
        for name in [n for n in sys.modules if n.partition(".")[0] == "service"]:
            del sys.modules[name]
        sys.modules.update(before)
        sys.dont_write_bytecode = written
