"""Each pair of input container and dtype goes through HTTP: a real gunicorn, one app for each.

What predict was given in the notebook, to the last type, it must be given again by the service.
"""

import http.client
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from IPython.core.interactiveshell import InteractiveShell
from jsonschema import Draft202012Validator

from http_types.cases import CASES, Case
from nb2service import places
from nb2service.contract.accept import accept
from nb2service.contract.infer import Inference, infer
from nb2service.writing.write import contract_of
from support import (
    CHECKOUT,
    an_extraction,
    ipython,
    kernel_side,
    run_cells,
    service_modules,
    write_notebook,
)

pytestmark = [pytest.mark.generation, pytest.mark.xdist_group("http_types")]


class Server(NamedTuple):
    port: int
    folder: Path
    made: dict[str, Inference | Exception]

    def post(self, case: str, body: Any) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            sent = json.dumps(body, allow_nan=False)
            path = f"/{list(CASES).index(case)}/predict"
            connection.request("POST", path, sent, {"Content-Type": "application/json"})
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()


def make(
    case: Case, folder: Path, package: Any, service: Any, shell: InteractiveShell
) -> Inference:
    """Record the calls, infer the contract, try what predict accepts, and write both files."""
    shell.run_cell(case.setup, silent=True).raise_error()
    found = run_cells(shell, package.recording.recorder.Recorder(), case.definition, case.calls)
    report = json.loads(json.dumps(found, allow_nan=False))
    inferred = infer("nb", "predict", report["parameters"], report["calls"], report["seen"])
    cells = (case.setup, f"#| predict\n{case.definition}", case.calls)
    notebook = write_notebook(folder / "nb.ipynb", *cells)
    _, extraction = an_extraction(notebook, inference=inferred)
    contract = contract_of(extraction)
    code, predict = f"{case.setup}\n{case.definition}\n", shell.user_ns["predict"]
    if extraction.record_class:
        made = f"lambda record: predict({extraction.record_class}(**record))"
        code += f"{extraction.served} = {made}\n"
        predict = eval(made, shell.user_ns)
    read = service.contract.Contract.from_dict(contract)
    calls = [{"records": call.records} for call in inferred.calls]
    probes = package.proving.probe.probe(predict, read, calls, inferred.known, 2.0)["probes"]
    contract["$defs"]["record"] = accept(contract["$defs"]["record"], inferred.known, probes)
    (folder / "predict.py").write_text(code, encoding="utf-8")
    (folder / "contract.json").write_text(json.dumps(contract, allow_nan=False), encoding="utf-8")
    return inferred


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("cases")
    made: dict[str, Inference | Exception] = {}
    with (
        kernel_side() as package,
        ipython(tmp_path_factory.mktemp("ipython")) as shell,
        service_modules() as service,
    ):
        import importlib

        importlib.import_module("_nb2service.kernel.proving.probe")
        for number, (name, case) in enumerate(CASES.items()):
            target = folder / str(number)
            target.mkdir()
            try:
                made[name] = make(case, target, package, service, shell)
            except Exception as error:  # it is this case's own failure
                made[name] = error
                for file in [*target.iterdir()]:
                    file.unlink()
                target.rmdir()
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0", "http_types.app:app"],
            cwd=folder,
            env={
                **os.environ,
                "CASES": str(folder),
                "PYTHONPATH": os.pathsep.join([str(places.template()), str(CHECKOUT / "tests")]),
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Server(_port(process, log), folder, made)
    finally:
        process.terminate()
        process.wait(30)


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        text = log.read_text(errors="replace")
        found = re.search(r"Listening at: http://127\.0\.0\.1:(\d+)", text)
        if found and "Booting worker" in text:
            return int(found[1])
        time.sleep(0.05)
    raise AssertionError(log.read_text(errors="replace"))


@pytest.mark.parametrize("case", CASES)
def test_the_contract_is_json_schema_and_admits_what_was_recorded(
    case: str, server: Server
) -> None:
    inferred = server.made[case]
    if isinstance(inferred, Exception):
        raise inferred
    contract = json.loads(
        (server.folder / str(list(CASES).index(case)) / "contract.json").read_text()
    )
    for part in ("record", "answer"):
        Draft202012Validator.check_schema(contract["$defs"][part])
    records, answers = (Draft202012Validator(contract["$defs"][p]) for p in ("record", "answer"))
    assert inferred.calls
    for call in inferred.calls:
        for record, answer in zip(call.records, call.answers, strict=True):
            assert not list(records.iter_errors(record))
            assert not list(answers.iter_errors(answer))


@pytest.mark.parametrize("case", CASES)
def test_round_trip(case: str, server: Server) -> None:
    inferred = server.made[case]
    if isinstance(inferred, Exception):
        raise inferred
    for call in inferred.calls:
        answers: dict[str, Any]
        status, answers = server.post(case, call.records if call.many else call.records[0])
        assert status == 200, (answers, call.records)
        answers.pop("model_version")
        # One reader for both forms: an answer among others looks as it does alone.
        named = answers["predictions"] if call.many else [answers]
        is_dict = inferred.answers_are == "dict"
        assert [one if is_dict else one["prediction"] for one in named] == call.answers
        for record, expected in zip(call.records, call.answers, strict=True):
            status, alone = server.post(case, record)
            assert status == 200, (alone, record)
            alone.pop("model_version")
            assert (alone if inferred.answers_are == "dict" else alone["prediction"]) == expected
