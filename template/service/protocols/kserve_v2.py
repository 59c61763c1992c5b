"""The Open Inference Protocol (V2) of KServe, Triton and others, with its binary extension."""

from functools import partial
from typing import Any

from flask import Response

from service.contract import Schema
from service.http.errors import json_response
from service.outcomes import Outcome, Refused
from service.protocols.answer_tensors import parts_of
from service.protocols.asking import Routes, Service
from service.protocols.datatypes import datatype
from service.protocols.inference import infer
from service.records.conform import kinds


def register(routes: Routes, service: Service) -> None:
    """Add the routes of the protocol."""
    for path in ("/v2", "/v2/"):
        routes.add(path, partial(_server, service))
    routes.add("/v2/health/live", partial(_live, service), probe=True)
    routes.add("/v2/health/ready", partial(_ready, service), probe=True)
    routes.add("/v2/models", partial(_models, service))
    for path in ("/v2/models/<model>", "/v2/models/<model>/versions/<version>"):
        routes.add(path, partial(_model, service))
        routes.add(f"{path}/ready", partial(_model_ready, service))
        routes.add(f"{path}/infer", partial(_infer, service), "POST")


def _server(service: Service) -> Response:
    told = {"name": service.name, "version": service.contract.model_version}
    return json_response({**told, "extensions": ["binary_tensor_data"]})


def _live(service: Service) -> Response:
    service.check_alive()
    return json_response({"live": True})


def _ready(service: Service) -> Response:
    service.check_ready()
    return json_response({"ready": True})


def _models(service: Service) -> Response:
    return json_response({"models": [service.name]})


def _model_ready(service: Service, model: str, version: str = "") -> Response:
    _check_name(service, model, version)
    service.check_ready()
    return json_response({"name": service.name, "ready": True})


def _infer(service: Service, model: str, version: str = "") -> Response:
    _check_name(service, model, version)
    return infer(service)


def _model(service: Service, model: str, version: str = "") -> Response:
    _check_name(service, model, version)
    told: dict[str, Any] = {"name": service.name, "versions": [service.contract.model_version]}
    told["platform"] = "python_notebook"
    told["inputs"] = [_told("feature", *one) for one in service.contract.features.items()]
    told["outputs"] = [_told("output", *one) for one in parts_of(service.contract).items()]
    return json_response(told)


def _check_name(service: Service, model: str, version: str) -> None:
    if model != service.name or version not in ("", service.contract.model_version):
        there = f"{service.name}, version {service.contract.model_version}"
        raise Refused(Outcome.NOT_FOUND, f"no such model; there is {there}")


def _told(what: str, name: str, schema: Schema) -> dict[str, Any]:
    kind = datatype(schema, f"{what} {name}")
    return {"name": name, "datatype": kind, "shape": _dimensions(schema)}


def _dimensions(schema: Schema) -> list[int]:
    """Return the shape of a feature or answer; -1 stands for any length."""
    shape = [-1]
    while "array" in kinds(schema):
        lengths = schema.get("minItems"), schema.get("maxItems")
        shape.append(lengths[0] if lengths[0] and lengths[0] == lengths[1] else -1)
        schema = schema.get("items", {})
    return shape
