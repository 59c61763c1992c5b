"""KServe's first protocol, which TensorFlow Serving has too."""

from flask import Response

from service.http.errors import json_response
from service.outcomes import Outcome, Refused
from service.protocols.asking import Routes, Service, json_document, predictions
from service.protocols.documents import read_document


def register(routes: Routes, service: Service) -> None:
    """Add the routes of the protocol."""

    def known(model: str) -> None:
        if model != service.name:
            raise Refused(Outcome.NOT_FOUND, f"no such model; there is {service.name}")

    def models() -> Response:
        return json_response({"models": [service.name]})

    def model(model: str) -> Response:
        known(model)
        service.check_ready()
        return json_response({"name": model, "ready": True})

    def predict(model: str) -> Response:
        known(model)
        records = read_document(json_document(service), service.contract, "instances", "inputs")
        return predictions(service.ask(records))

    routes.add("/v1/models", models)
    routes.add("/v1/models/<model>", model)
    routes.add("/v1/models/<model>:predict", predict, "POST")
