"""The example in the README is true."""

import json
import shlex

import pytest

from service.compare import same_answer
from service.example import curl_command
from tests.server import ROOT


def _example():
    """Return the README's command and the answer below it."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = readme.split("<!-- example -->")[1].split("<!-- /example -->")[0]
    command = block.split("```sh\n")[1].split("\n```")[0]
    answer = block.split("```json\n")[1].split("\n```")[0]
    return command, json.loads(answer)


@pytest.mark.usefixtures("steady")
def test_the_readme_s_command_gives_the_readme_s_answer(client):
    command, answer = _example()
    body = shlex.split(command)[-1]
    response = client.post("/predict", data=body, content_type="application/json")
    assert same_answer(response.json, answer)


def test_it_names_the_features(contract):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    if "<!-- origin -->" in readme:  # a team's own README may do without
        told = readme.split("<!-- origin -->")[1].split("<!-- /origin -->")[0]
        for name in list(contract.features)[:40]:
            assert " ".join(name.split()).replace("|", "\\|") in told


def test_the_command_is_the_one_that_make_run_prints(contract):
    command, _ = _example()
    port = int(command.split("localhost:")[1].split("/")[0])
    assert command == curl_command(contract, port)
