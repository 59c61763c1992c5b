"""Azure ML's online endpoints: POST /score. The probes are the service's own."""

from flask import Response

from service.http.errors import json_response
from service.protocols.asking import Routes, Service, json_document
from service.protocols.documents import read_document


def register(routes: Routes, service: Service) -> None:
    """Add the route that model.yml names."""

    def score() -> Response:
        document = json_document(service)
        if isinstance(document, dict) and "input_data" in document:
            document = read_document(document, service.contract, "input_data")
        return json_response(service.ask(document))

    routes.add("/score", score, "POST")
