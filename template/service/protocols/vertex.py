"""Vertex AI's custom containers: the routes are the platform's, in AIP_HEALTH_ROUTE and so on."""

from flask import Response

from service.http.errors import json_response
from service.protocols.asking import Routes, Service, json_document, predictions
from service.protocols.documents import read_document
from service.start_checks import StartError


def register(routes: Routes, service: Service) -> None:
    """Add the routes that the platform names. Raises StartError."""

    def health() -> Response:
        service.check_ready()
        return json_response({"status": "ready"})

    def predict() -> Response:
        document = json_document(service)
        return predictions(service.ask(read_document(document, service.contract, "instances")))

    health_route = service.settings.aip_health_route
    predict_route = service.settings.aip_predict_route
    if not (health_route.startswith("/") and predict_route.startswith("/")):
        raise StartError(
            "PROTOCOLS: vertex needs AIP_HEALTH_ROUTE and AIP_PREDICT_ROUTE, which Vertex AI sets"
        )
    if health_route not in ("/healthz", "/readyz"):
        routes.add(health_route, health, probe=True)
    routes.add(predict_route, predict, "POST")
