"""The paths of the service."""

from typing import Any

from flask import Flask, Response, request

from service.body import read_body
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
        try:
            answers = predictor.answer(records)
        except FeatureError as error:
            fault: Fault = {"field": error.feature, "message": str(error)}
            if many:
                fault = {"record": error.record, **fault}
            raise RequestError(400, str(error), [fault]) from error
        return json_response({"predictions": answers, **version} if many else named(answers[0]))

    @app.get("/healthz")
    def healthz() -> Response:
        return json_response({"status": "ok"})

    @app.get("/readyz")
    def readyz() -> Response:
        if predictor.problem:
            return json_response({"status": "not ready", "error": predictor.problem}, 503)
        return json_response({"status": "ready", **version})
