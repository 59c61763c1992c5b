"""The paths of the service."""

from typing import Any

from flask import Flask, Response, request

from service.body import read_body
from service.choices import unknown_values
from service.contract import Record
from service.errors import Fault, RequestError, json_response
from service.predictor import Predictor
from service.records import RecordReader
from service.settings import Settings
from service.tables import FeatureError


def register_routes(app: Flask, predictor: Predictor, settings: Settings) -> None:
    """Add POST /predict, GET /healthz and GET /readyz to the app."""
    contract = predictor.contract
    reader = RecordReader(contract, settings.max_records)
    version = {"model_version": contract.model_version}

    def named(answer: Any) -> dict[str, Any]:
        """Return one answer as an object; a name that the notebook gave itself wins.

        Probabilities under the names of their classes are one value, not the notebook's dict.
        """
        if isinstance(answer, dict) and not contract.classes:
            return answer if "model_version" in answer else {**answer, **version}
        return {contract.answer_name: answer, **version}

    @app.post("/predict")
    def predict() -> Response:
        if predictor.problem:
            raise RequestError(503, predictor.problem)
        records, many = reader.read(read_body(request, settings.max_body_bytes))
        answers = _answers(predictor, records, many)
        return json_response({"predictions": answers, **version} if many else named(answers[0]))

    @app.get("/healthz")
    def healthz() -> Response:
        return json_response({"status": "ok"})

    @app.get("/readyz")
    def readyz() -> Response:
        if predictor.problem:
            return json_response({"status": "not ready", "error": predictor.problem}, 503)
        return json_response({"status": "ready", **version})


def _answers(predictor: Predictor, records: list[Record], many: bool) -> list[Any]:
    """Return predict's answers; a value that it cannot take is the caller's fault."""
    try:
        return predictor.answer(records)
    except FeatureError as error:
        raise _refused([(error.record, error.feature, str(error))], many) from error
    except Exception as error:
        unknown = unknown_values(predictor.contract.features, records)
        if not unknown:
            raise
        raise _refused(unknown, many) from error


def _refused(found: list[tuple[int, str, str]], many: bool) -> RequestError:
    """Return the refusal of values that predict does not take."""
    faults: list[Fault] = []
    for at, field, message in found:
        fault: Fault = {"field": field, "message": message}
        faults.append({"record": at, **fault} if many else fault)
    return RequestError(400, found[0][2], faults)
