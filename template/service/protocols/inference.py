"""A request for inference in the Open Inference Protocol: tensors in, tensors out."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, request

from service.contract import Contract, Record
from service.http.body import read_content
from service.http.errors import json_response
from service.protocols.answer_tensors import tensors_of
from service.protocols.asking import Service, invalid
from service.protocols.datatypes import pack
from service.protocols.documents import from_columns, read_document
from service.protocols.tensors import Tensor, read_tensor
from service.records.conform import kinds
from service.records.reader import decode

_LENGTH = "Inference-Header-Content-Length"


def infer(service: Service) -> Response:
    """Answer the request for inference. Raises Refused."""
    document, tail = _content(service)
    given = document.get("inputs")
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise invalid("expected inputs, a list of tensors")
    tensors = []
    for one in given:
        size = _parameters(one).get("binary_data_size")
        if size is None:
            tensors.append(read_tensor(one, None))
            continue
        if type(size) is not int or not 0 <= size <= len(tail):
            raise invalid("a binary_data_size is no number of the bytes that came")
        tensors.append(read_tensor(one, tail[:size]))
        tail = tail[size:]
    if tail:
        raise invalid(f"{len(tail)} bytes belong to no input")
    answers = service.ask(_records(service.contract, tensors))
    outputs = tensors_of(service.contract, answers)
    told = {"model_name": service.name, "model_version": service.contract.model_version}
    if isinstance(document.get("id"), str):
        told["id"] = document["id"]
    return _response(told, *_wanted(document, outputs))


def _content(service: Service) -> tuple[dict[str, Any], bytes]:
    """Return the JSON of the request, and the bytes that follow it. Raises Refused."""
    body = read_content(request, service.settings.max_body_bytes)
    length = request.headers.get(_LENGTH, str(len(body)))
    if not re.fullmatch("[0-9]{1,15}", length) or int(length) > len(body):
        raise invalid(f"{_LENGTH}: expected a number up to the length of the body")
    document = decode(body[: int(length)])
    if not isinstance(document, dict):
        raise invalid("expected a JSON object with inputs")
    return document, body[int(length) :]


def _parameters(one: Any) -> dict[str, Any]:
    found = one.get("parameters") if isinstance(one, dict) else None
    return found if isinstance(found, dict) else {}


def _records(contract: Contract, tensors: Sequence[Tensor]) -> list[Record]:
    """Return the records: a tensor for each feature, or one with all of them. Raises Refused."""
    features = contract.features
    rows = {tensor.name: tensor.rows() for tensor in tensors}
    if len(rows) != len(tensors):
        raise invalid("two inputs have one name")
    if len(tensors) == 1 and tensors[0].name not in features:
        return read_document({"instances": rows[tensors[0].name]}, contract, "instances")
    if unknown := sorted(set(rows) - set(features)):
        raise invalid(f"no such input: {', '.join(unknown)}; there are {', '.join(features)}")
    for tensor in tensors:  # a column may come as [n] or as [n, 1]
        if tensor.shape[1:] == [1] and "array" not in kinds(features[tensor.name]):
            rows[tensor.name] = tensor.data
    return from_columns(contract, rows)


def _wanted(document: Mapping[str, Any], outputs: Sequence[Tensor]) -> list[tuple[Tensor, bool]]:
    """Return the outputs that were asked for, each with whether it is to be binary."""
    binary = _parameters(document).get("binary_data_output") is True
    asked = document.get("outputs")
    if not asked:
        return [(tensor, binary) for tensor in outputs]
    by_name = {tensor.name: tensor for tensor in outputs}
    wanted = []
    for one in asked if isinstance(asked, list) else []:
        name = one.get("name") if isinstance(one, dict) else None
        if name not in by_name:
            raise invalid(f"no such output; there are {', '.join(by_name)}")
        wanted.append((by_name[name], _parameters(one).get("binary_data", binary) is True))
    return wanted


def _response(told: dict[str, Any], *outputs: tuple[Tensor, bool]) -> Response:
    listed, tail = [], b""
    for tensor, binary in outputs:
        one = {"name": tensor.name, "datatype": tensor.datatype, "shape": tensor.shape}
        if binary:
            packed = pack(tensor.data, tensor.datatype)
            listed.append({**one, "parameters": {"binary_data_size": len(packed)}})
            tail += packed
        else:
            listed.append({**one, "data": tensor.data})
    response = json_response({**told, "outputs": listed})
    if tail:
        head = response.get_data()
        response.set_data(head + tail)
        response.headers[_LENGTH] = str(len(head))
        response.mimetype = "application/octet-stream"
    return response
