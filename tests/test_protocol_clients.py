"""The platforms' protocols give the notebook's own answers, asked over HTTP by others' clients.

tritonclient asks every example; the heavy clients ask the first one. CSV and JSON Lines have no
client but the platform itself, so these are asked plainly.
"""

import csv
import http.client
import io
import json
import re
import runpy
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from support import CHECKOUT, Generation, MakeExample, locked_environment
from test_examples import EXAMPLES, Example, group
from test_openapi import service_in

LOCKS = Path(__file__).parent / "protocol_clients"
ASK = LOCKS / "ask.py"
PREDICT, HEALTH = "/v1/endpoints/1/deployedModels/2:predict", "/v1/endpoints/1/deployedModels/2"
VARIABLES = {
    "PROTOCOLS": "kserve-v1,kserve-v2,mlflow,azureml",
    "AIP_HTTP_PORT": "8080",  # the test's server takes a free one
    "AIP_HEALTH_ROUTE": HEALTH,
    "AIP_PREDICT_ROUTE": PREDICT,
}
# Whose answer no line of CSV can hold, by example.
NO_LINES = {"icecream_forecast": "the answer is nested"}
HEAVY = "kserve v1,kserve v2,mlflow"

pytestmark = [pytest.mark.generation, pytest.mark.environment]


@pytest.fixture(scope="session")
def clients_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with Triton's client, which is small."""
    return locked_environment(tmp_path_factory.mktemp("clients") / "env", LOCKS / "light.txt")


@pytest.fixture(scope="session")
def heavy_clients_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with KServe's and MLflow's clients, which bring half a gigabyte along."""
    folder = tmp_path_factory.mktemp("heavy_clients") / "env"
    return locked_environment(folder, LOCKS / "heavy.txt")


class Asked:
    """An example's service on a port, and what the notebook answered to which records."""

    def __init__(self, folder: Path, port: int) -> None:
        contract = json.loads((folder / "model" / "contract.json").read_text(encoding="utf-8"))
        calls = json.loads((folder / "model" / "calls.json").read_text(encoding="utf-8"))
        self.port, self.model = port, contract["title"]
        self.features = contract["$defs"]["record"]["properties"]
        self.predict = contract["predict"]
        self._same = runpy.run_path(str(folder / "service" / "compare.py"))["same_answer"]
        asked = [(call["records"], call["answers"]) for call in calls]
        if self.predict["rowwise"]:  # each record alone, as its answer does not depend on others
            pairs = [pair for call in asked for pair in zip(*call, strict=True)]
            asked = [([record], [answer]) for record, answer in pairs]
        # Tensors have no word for a text that is null.
        asked = [one for one in asked if not any(None in record.values() for record in one[0])]
        assert asked
        self.requests = [records for records, _ in asked[:25]]
        self.expected = [answers for _, answers in asked[:25]]

    def post(self, path: str, content: bytes, kind: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=240)
        try:
            connection.request("POST", path, content, {"Content-Type": kind})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def json(self, path: str, content: Any) -> Any:
        status, body = self.post(path, json.dumps(content).encode(), "application/json")
        assert status == 200, body
        return json.loads(body)

    def clients(self, python: Path, names: str) -> dict[str, list[Any]]:
        """What the clients gave for each request."""
        given = json.dumps({"features": self.features, "requests": self.requests})
        command = [str(python), str(ASK), names, str(self.port), self.model]
        done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr[-3000:]
        found: dict[str, list[Any]] = {}
        for line in done.stdout.splitlines():
            if line.startswith("{"):
                found |= json.loads(line)
        assert list(found) == names.split(",")
        return found

    def untensored(self, outputs: dict[str, Any]) -> list[Any]:
        """The answers that the tensors stand for, one of each row."""
        rows = [dict(zip(outputs, row, strict=True)) for row in zip(*outputs.values(), strict=True)]
        if self.predict.get("classes"):
            (name,) = outputs
            return [dict(zip(self.predict["classes"], row[name], strict=True)) for row in rows]
        if self.predict["answer"] == "dict":
            return rows
        return [row[self.predict["answer_name"]] for row in rows]

    def check(self, found: list[list[Any]], what: str) -> None:
        assert len(found) == len(self.expected), what
        for got, wanted in zip(found, self.expected, strict=True):
            self.compare(got, wanted, what)

    def compare(self, got: list[Any], wanted: list[Any], what: str) -> None:
        assert len(got) == len(wanted), (what, got)
        for one, other in zip(got, wanted, strict=True):
            assert self._same(one, other), (what, one, other)


@contextmanager
def served(folder: Path, log: Path, **variables: str) -> Iterator[Asked]:
    with service_in(folder, log, **variables) as server:
        server.until_ready()
        yield Asked(folder, server.port)


@pytest.mark.parametrize(
    "wanted",
    [pytest.param(e, id=e.folder, marks=pytest.mark.xdist_group(group(e))) for e in EXAMPLES],
)
def test_an_example_answers_in_every_protocol(
    wanted: Example, example: MakeExample, clients_python: Path, tmp_path: Path
) -> None:
    folder = example(wanted.folder).folder
    ask_in_every_protocol(folder, clients_python, tmp_path, NO_LINES.get(wanted.folder, ""))


@pytest.mark.xdist_group("torch")
def test_the_example_with_torch_answers_in_every_protocol(
    torch_example: Generation, torch_python: Path, clients_python: Path, tmp_path: Path
) -> None:
    ask_in_every_protocol(torch_example.folder, clients_python, tmp_path, "", str(torch_python))


def ask_in_every_protocol(
    folder: Path, clients: Path, tmp_path: Path, no_lines: str, python: str = sys.executable
) -> None:
    """Ask the service of the folder in JSON, by Triton's client in tensors, and in lines.

    `no_lines` is why no line of CSV can hold its answers; "" where one can.
    """
    with served(folder, tmp_path / "log", python=python, **VARIABLES) as asked:
        _ask_in_json(asked)
        found = asked.clients(clients, "triton json,triton binary")
        for name, outputs in found.items():
            asked.check([asked.untensored(one) for one in outputs], name)
    with served(folder, tmp_path / "lines", python=python, PROTOCOLS="sagemaker") as asked:
        _ask_in_lines(asked, no_lines)


def _ask_in_json(asked: Asked) -> None:
    for path in (f"/v1/models/{asked.model}:predict", PREDICT, "/invocations"):
        found = [asked.json(path, {"instances": one})["predictions"] for one in asked.requests]
        asked.check(found, path)
    found = [asked.json("/score", {"input_data": one}) for one in asked.requests]
    asked.check(found, "/score")


def _ask_in_lines(asked: Asked, refused: str) -> None:
    found = []
    for records in asked.requests:
        lines = "".join(json.dumps(record) + "\n" for record in records).encode()
        status, body = asked.post("/invocations", lines, "application/jsonlines")
        assert status == 200, body
        found.append([json.loads(line) for line in body.splitlines()])
    asked.check(found, "JSON Lines")
    told = 0
    for records, answers in zip(asked.requests, asked.expected, strict=True):
        rows = [[_cell(r[name]) for name in asked.features if name in r] for r in records]
        if any(len(row) != len(asked.features) for row in rows):
            continue
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        status, body = asked.post("/invocations", text.getvalue().encode(), "text/csv")
        told += 1
        if refused:
            assert status == 501, body
            assert refused in json.loads(body)["error"]
            continue
        assert status == 200, body
        for row, answer in zip(csv.reader(io.StringIO(body.decode())), answers, strict=True):
            values = list(answer.values()) if isinstance(answer, dict) else [answer]
            asked.compare(list(map(_value, row, values)), values, "CSV")
    assert told


def _cell(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _value(cell: str, like: Any) -> Any:
    return cell if isinstance(like, str) else json.loads(cell)


@pytest.mark.xdist_group("churn")
def test_the_clients_of_kserve_and_mlflow_get_the_answers(
    generation: Generation, heavy_clients_python: Path, tmp_path: Path
) -> None:
    with served(generation.folder, tmp_path / "log", **VARIABLES) as asked:
        found = asked.clients(heavy_clients_python, HEAVY)
        asked.check(found["kserve v1"], "kserve v1")
        asked.check([asked.untensored(one) for one in found["kserve v2"]], "kserve v2")
        asked.check(found["mlflow"], "mlflow")


@pytest.mark.xdist_group("churn")
@pytest.mark.parametrize("page", ["kserve", "sagemaker", "vertex", "mlflow"])
def test_the_commands_of_a_page_are_answered(
    page: str, generation: Generation, tmp_path: Path
) -> None:
    """With the variables that the page gives the container; each command asks the same record."""
    text = (CHECKOUT / "docs" / "platforms" / f"{page}.md").read_text(encoding="utf-8")
    (block,) = [one for one in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) if "curl" in one]
    (run,) = [shlex.split(line) for line in block.splitlines() if line.startswith("docker run")]
    variables = dict(word.split("=", 1) for word in run if re.match(r"[A-Z_]+=", word))
    contract = json.loads((generation.folder / "model" / "contract.json").read_text("utf-8"))
    (wanted,) = contract["examples"][0]["answer"].values()
    with served(generation.folder, tmp_path / "log", **variables) as asked:
        commands = [line for line in block.splitlines() if line.startswith("curl")]
        bodies = 0
        for line in commands:
            status, found = _as_curl_does(asked, shlex.split(line))
            assert status == 200, found
            if "{" in line or "--data" in line:
                bodies += 1
                assert str(wanted) in found.decode(), line
        assert bodies


def _as_curl_does(asked: Asked, words: list[str]) -> tuple[int, bytes]:
    """Send what a curl command sends; `-d` alone says that it is a form."""
    options = dict(zip(words[2::2], words[3::2], strict=True))
    body = options.pop("-d", None) or options.pop("--data-binary", None)
    kind = options.pop("-H", "content-type: application/x-www-form-urlencoded")
    assert not options, options
    path = re.sub(r"^localhost:\d+", "", words[1])
    connection = http.client.HTTPConnection("127.0.0.1", asked.port, timeout=240)
    try:
        headers = {"Content-Type": kind.partition(": ")[2]} if body else {}
        connection.request("POST" if body else "GET", path, body, headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def test_the_clients_are_not_part_of_the_development_environment() -> None:
    lock = (CHECKOUT / "requirements-dev.txt").read_text(encoding="utf-8")
    assert "tritonclient" not in lock
    assert "kserve==" not in lock
