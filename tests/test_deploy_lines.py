"""The lines of deploy/ that are measured: filled in, left alone where nothing was measured, compared."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from nb2service import places
from nb2service.measured import Measured
from nb2service.writing.deploy import copy_deploy, fill_deploy, lines_of
from support import Generation, files

SMALL = Measured(100 << 20, 20 << 20, start=1.2, answer=0.004)
LARGE = Measured(1 << 30, 2 << 30, start=71.0, answer=8.3)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(places.template() / "deploy", tmp_path / "project" / "deploy")
    return tmp_path / "project"


def container(project: Path) -> Any:
    """The container of the Deployment."""
    text = (project / "deploy" / "base" / "deployment.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)["spec"]["template"]["spec"]["containers"][0]


def told(project: Path) -> tuple[str, str, int, int, int]:
    one = container(project)
    resources = one["resources"]
    return (
        resources["requests"]["memory"],
        resources["limits"]["memory"],
        one["startupProbe"]["failureThreshold"] * one["startupProbe"]["periodSeconds"],
        one["readinessProbe"]["timeoutSeconds"],
        one["livenessProbe"]["timeoutSeconds"],
    )


@pytest.mark.parametrize(
    ("found", "values"),
    [
        pytest.param(None, ("512Mi", "1Gi", 300, 5, 5), id="nothing was measured"),
        pytest.param(SMALL, ("200Mi", "300Mi", 120, 5, 5), id="small"),
        pytest.param(LARGE, ("3150Mi", "7800Mi", 480, 40, 40), id="large"),
        pytest.param(
            Measured(100 << 20, 20 << 20, 3.5),
            ("200Mi", "300Mi", 120, 5, 5),
            id="no answer in time",
        ),
    ],
)
def test_what_was_measured_is_what_a_pod_gets(
    project: Path, found: Measured | None, values: tuple[Any, ...]
) -> None:
    before = files(project)
    fill_deploy(project, lines_of(found))
    assert told(project) == values
    assert files(project) == before  # nothing but the measured lines
    once = (project / "deploy" / "base" / "deployment.yaml").read_bytes()
    fill_deploy(project, lines_of(found))
    assert (project / "deploy" / "base" / "deployment.yaml").read_bytes() == once


def test_a_line_says_where_its_value_comes_from(project: Path) -> None:
    kserve = project / "deploy" / "kserve" / "inference.yaml"
    assert "512Mi  # measured: memory; by a rule: fits models" in kserve.read_text("utf-8")
    fill_deploy(project, lines_of(SMALL))
    text = kserve.read_text("utf-8")
    assert "200Mi  # measured: memory; 200 MiB with one worker when this was generated" in text
    assert "300Mi  # measured: memory-limit; 1.5 times 200 MiB, as a worker is renewed" in text


def test_a_team_s_own_value_stays(project: Path) -> None:
    file = project / "deploy" / "base" / "deployment.yaml"
    text = file.read_text("utf-8")
    lines = [line.partition("  # measured: memory;")[0] for line in text.split("\n")]
    file.write_text("\n".join(lines).replace("512Mi", "3Gi"), encoding="utf-8")
    fill_deploy(project, lines_of(SMALL))
    assert told(project)[:2] == ("3Gi", "300Mi")


def test_a_file_of_a_fork_is_filled_in_as_well(project: Path) -> None:
    values = project / "deploy" / "chart" / "values.yml"
    values.parent.mkdir()
    values.write_text("a:\n  request: 1Gi  # measured: memory; by a rule: ours\n", encoding="utf-8")
    fill_deploy(project, lines_of(SMALL))
    assert "  request: 200Mi  # measured: memory; 200 MiB" in values.read_text("utf-8")


def test_a_rendered_template_is_compared_as_the_service_is(project: Path, tmp_path: Path) -> None:
    service = tmp_path / "service"
    shutil.copytree(project, service)
    fill_deploy(service, lines_of(LARGE))
    shutil.rmtree(service / "deploy" / "kserve")
    copy_deploy(project, service)
    assert told(project) == told(service)
    name = "deploy/base/deployment.yaml"
    assert (project / name).read_bytes() == (service / name).read_bytes()


@pytest.mark.generation
@pytest.mark.xdist_group("churn")
def test_generation_measures(generation: Generation) -> None:
    request, limit, start, ready, live = told(generation.folder)
    deploy = (generation.folder / "deploy" / "base" / "deployment.yaml").read_text("utf-8")
    assert "by a rule" not in deploy
    readme = (generation.folder / "README.md").read_text("utf-8")
    assert f"about {request.removesuffix('Mi')} MiB with one worker" in readme
    assert int(limit.removesuffix("Mi")) > int(request.removesuffix("Mi"))
    assert start == 120  # far from the next step: the same bytes each time
    assert ready == live == 5  # the example answers in milliseconds
