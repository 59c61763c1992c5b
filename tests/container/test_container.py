"""The container of a generated service: what is in it, as whom it runs, how it starts and stops."""

import json
import os
import shutil
import time
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.container,
    pytest.mark.xdist_group("churn"),
    pytest.mark.skipif(
        shutil.which("buildah") is None and os.environ.get("NB2SERVICE_REQUIRE_CONTAINER") != "1",
        reason="buildah is not installed",
    ),
]

LOOK_AROUND = """
import importlib.util, json, os, shutil, sys
CODE = [".", "service", "model", "model/predict.py", sys.prefix]
TOOLS = ["pip", "pip3", "uv", "gcc", "cc", "g++", "make", "git", "curl"]
print(json.dumps({
    "tools": [tool for tool in TOOLS if shutil.which(tool)],
    "importable": [name for name in ("pip", "pytest", "mypy") if importlib.util.find_spec(name)],
    "files": sorted(os.listdir()),
    "writable": [path for path in CODE if os.access(path, os.W_OK)],
    "uid": os.getuid(),
}))
"""


@pytest.fixture(scope="module")
def user(image):
    """The image's user; Kubernetes' runAsNonRoot can judge a number only, not a name."""
    number = image["User"].partition(":")[0]
    assert number.isdecimal(), f"the image's user is {image['User']!r}, not a number"
    return int(number)


@pytest.fixture(scope="module")
def found(inside):
    """What a Python in the container sees."""
    done = inside("python", "-c", LOOK_AROUND)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_it_is_ready(service):
    status, body = service.ask("/readyz")
    assert status == 200
    assert body["status"] == "ready"


def test_it_answers_as_the_notebook_did(service, churn_service):
    contract = json.loads((churn_service / "model" / "contract.json").read_text())
    example = contract["examples"][0]
    status, body = service.ask("/predict", example["record"])
    assert status == 200
    assert body == pytest.approx(example["answer"] | {"model_version": contract["model_version"]})


def test_its_user_is_not_root(user):
    assert user > 0


def test_all_its_processes_run_as_its_user(service, user, found):
    processes = service.processes()
    assert len(processes) > 1  # gunicorn and at least one worker
    assert {process.uid for process in processes} == {user}
    assert found["uid"] == user


def test_it_cannot_change_its_own_code(found):
    assert found["writable"] == []


def test_its_base_may_be_another(engine, project):
    """One that is not there, so the engine asks for it by its name and ends at once."""
    done = engine.build(project, "localhost/other", "--build-arg=BASE=localhost/mirror/python:1")
    assert done.returncode == 1
    assert "localhost/mirror/python:1" in done.stderr


def test_it_has_no_build_tools(found):
    assert found["tools"] == []
    assert found["importable"] == []


def test_only_what_the_service_needs_is_in_it(found):
    assert found["files"] == ["gunicorn.conf.py", "model", "sbom.cdx.json", "service"]


def test_no_setting_of_the_build_stays_in_it(image):
    names = {setting.partition("=")[0] for setting in image["Env"]}
    assert {name for name in names if name.startswith(("PIP_", "UV_"))} == set()


def test_it_says_which_model_of_which_notebook_it_is(image, churn_service):
    contract = json.loads((churn_service / "model" / "contract.json").read_text())
    labels = image["Labels"]
    assert labels["org.opencontainers.image.version"] == contract["model_version"]
    answers = json.loads((churn_service / ".nb2service.json").read_text())
    assert labels["nb2service.commit"] == answers["nb2service"]["commit"]
    assert labels["nb2service.notebook.sha256"] == contract["provenance"]["notebook_sha256"]


def test_its_bill_of_materials_is_what_is_installed(inside, project):
    listed = "import importlib.metadata as m; print(*(d.version for d in m.distributions()))"
    done = inside("python", "-c", listed)
    bill = json.loads((project / "sbom.cdx.json").read_text())
    packages = [one for one in bill["components"] if one["type"] == "library"]
    assert sorted(one["version"] for one in packages) == sorted(done.stdout.split())
    assert {"numpy", "xgboost-cpu", "flask"} <= {one["name"] for one in packages}
    assert not [one["name"] for one in packages if one["name"].startswith("nvidia")]


def test_it_needs_no_disk_to_write_to(start, tmp_path, churn_service):
    contract = json.loads((churn_service / "model" / "contract.json").read_text())
    with start(f"--volume={tmp_path}:/tmp:ro") as service:
        assert service.ask("/predict", contract["examples"][0]["record"])[0] == 200


def test_its_root_may_be_read_only(start_read_only, churn_service, user):
    contract = json.loads((churn_service / "model" / "contract.json").read_text())
    with start_read_only() as service:
        assert service.ask("/predict", contract["examples"][0]["record"])[0] == 200
        processes = service.processes()
        assert {process.uid for process in processes} == {user}
        root = Path(f"/proc/{processes[0].number}/root")
        for folder in ("app", "app/model", "venv", "etc", "."):
            with pytest.raises(OSError, match="Read-only file system"):
                (root / folder / "written").touch()  # as root, and refused all the same
        assert list(root.glob("tmp/*/*.db"))  # the workers' metrics
        assert " ERROR " not in service.log.read_text()
        assert service.stop() == 0


def test_it_starts_without_a_shell(image):
    # A shell in between would keep SIGTERM to itself.
    assert [*(image["Entrypoint"] or []), *image["Cmd"]][0] not in ("/bin/sh", "sh")


def test_its_health_check_passes_while_it_runs_and_fails_without_it(service, image, inside):
    kind, *command = image["Healthcheck"]["Test"]
    command = ["/bin/sh", "-c", *command] if kind == "CMD-SHELL" else command
    passed = inside(*command, PORT=service.port)
    assert passed.returncode == 0, passed.stderr
    assert inside(*command, PORT=1).returncode == 1  # nobody listens on port 1


@pytest.mark.parametrize("uid", [1000650000, 0])
def test_it_runs_as_any_user(start, uid):
    # OpenShift gives each project a user number of its own, in group 0; SageMaker wants root.
    with start(f"--user={uid}:0") as service:
        assert {process.uid for process in service.processes()} == {uid}


def test_sigterm_ends_it_at_once_and_cleanly(start):
    with start() as service:
        begin = time.monotonic()
        assert service.stop() == 0
        assert time.monotonic() - begin < 20  # of the 25 s that a request under way would have
        assert service.processes() == []
