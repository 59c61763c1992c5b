"""The API document of each example is valid, and the running service keeps what it says."""

import importlib.util
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from support import CHECKOUT, MakeExample, tool
from test_examples import EXAMPLES, Example, group

HERE = Path(__file__).parent
# A forecast's horizon is how long predict works.
MOST = {"icecream_forecast": "5000"}


def service_in(folder: Path, log: Path, **environ: str) -> Any:
    """A real gunicorn that serves the folder, by the service's own test helper."""
    path = CHECKOUT / "template" / "tests" / "server.py"
    spec = importlib.util.spec_from_file_location("service_under_test", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Server(log, folder, **environ)


def schemathesis(port: int, most: str) -> subprocess.CompletedProcess[str]:
    """Ask the service in every way that its document allows, and in many that it does not."""
    command = [tool("schemathesis"), "--config-file", str(HERE / "schemathesis.toml"), "run"]
    command += [f"http://127.0.0.1:{port}/openapi.json", "--checks=all", "--seed=1"]
    command += ["--phases=examples,coverage,fuzzing", "--max-examples=50"]
    command += ["--generation-database=none", "--continue-on-failure", "--request-timeout=60"]
    env = {**os.environ, "SCHEMATHESIS_HOOKS": "schemathesis_hooks", "SCHEMATHESIS_MOST": most}
    env["PYTHONPATH"] = str(HERE)
    return subprocess.run(command, cwd=HERE, env=env, capture_output=True, text=True, timeout=300)


@pytest.mark.generation
@pytest.mark.parametrize(
    "wanted",
    [pytest.param(e, id=e.folder, marks=pytest.mark.xdist_group(group(e))) for e in EXAMPLES],
)
def test_the_service_of_an_example_keeps_to_its_document(
    wanted: Example, example: MakeExample, tmp_path: Path
) -> None:
    folder = example(wanted.folder).folder
    with service_in(folder, tmp_path / "log", MAX_RECORDS="8") as server:
        server.until_ready()
        status, document = server.get("/openapi.json")
        assert status == 200
        OpenAPIV31SpecValidator(document).validate()
        done = schemathesis(server.port, MOST.get(wanted.folder, "inf"))
        said = done.stdout + done.stderr
        assert done.returncode == 0, "\n".join(line[:300] for line in said.splitlines())
        assert "Tested: 4" in said
        faults = [line[:300] for line in server.lines() if " ERROR " in line]
        assert not faults
