"""What all protocols share: the content of a request, answers to its records, errors, routes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, request

from service.answering import Answerer
from service.contract import Contract
from service.health import Health
from service.http.body import read_body
from service.http.errors import json_response, refused
from service.outcomes import Fault, Outcome, Refusal, Refused
from service.records.reader import decode
from service.request_record import the_request
from service.settings import Settings
from service.start_checks import StartError

View = Callable[..., Response]


@dataclass(frozen=True)
class Service:
    """What a protocol speaks for."""

    contract: Contract
    answerer: Answerer
    health: Health
    settings: Settings

    @property
    def name(self) -> str:
        """The model's name in paths."""
        return self.settings.model_name or self.contract.title

    def ask(self, records: Any) -> list[Any]:
        """Return the notebook's answer to each record, or to the only one. Raises Refused."""
        answers = self.answerer.answer(records)
        if isinstance(answers, Refusal):
            raise Refused.of(answers)
        return answers.answers

    def check_ready(self) -> None:
        """Raise Refused while the model is not ready."""
        if self.health.not_ready:
            raise Refused(Outcome.NOT_READY, self.health.not_ready)

    def check_alive(self) -> None:
        """Raise Refused when predict does not come back."""
        if self.health.not_alive:
            raise Refused(Outcome.STUCK, self.health.not_alive)


def invalid(message: str, faults: Sequence[Fault] = ()) -> Refused:
    """Return the refusal of what the caller sent."""
    return Refused(Outcome.INVALID, message, faults)


def not_carried(message: str) -> Refused:
    """Return the refusal of what the protocol has no type for."""
    return Refused(Outcome.NOT_CARRIED, f"{message}; POST /predict takes and gives plain JSON")


def sentence(refusal: Refusal) -> str:
    """Return the refusal in one sentence, with the place of its first fault."""
    faults = refusal.faults
    if not faults:
        return refusal.message
    where = f"record {faults[0]['record']}: " if "record" in faults[0] else ""
    more = f" (and {len(faults) - 1} more faults)" if len(faults) > 1 else ""
    return f"{where}{refusal.message}{more}"


def plain_error(refusal: Refusal) -> Any:
    """Return the error as most protocols want it: one sentence and nothing else."""
    return {"error": sentence(refusal)}


class Routes:
    """Adds the routes of one protocol to the app; its refusals have the protocol's own shape."""

    def __init__(self, app: Flask, protocol: str, probes: set[str]) -> None:
        self._app, self._protocol, self._probes = app, protocol, probes
        self.shape: Callable[[Refusal], Any] = plain_error

    def add(self, path: str, view: View, method: str = "GET", *, probe: bool = False) -> None:
        """Let the view answer the path. A probe is told of as the /readyz that it stands for.

        Raises StartError where the path is taken.
        """

        def answer(**parts: str) -> Response:
            if probe:
                the_request().route = "/readyz"
            try:
                return view(**parts)
            except Refused as error:
                return refused(error.refusal, self.shape(error.refusal))

        taken = {rule.rule for rule in self._app.url_map.iter_rules()}
        if path in taken:
            raise StartError(f"PROTOCOLS: {self._protocol} wants {path}, which is taken already")
        endpoint = f"{self._protocol} {method} {path}"
        self._app.add_url_rule(path, endpoint, answer, methods=[method])
        if probe:
            self._probes.add(path)


def json_document(service: Service) -> Any:
    """Return the parsed JSON of the request. Raises Refused."""
    return decode(read_body(request, service.settings.max_body_bytes))


def predictions(answers: Sequence[Any]) -> Response:
    """Return the answers as most protocols want them."""
    return json_response({"predictions": answers})
