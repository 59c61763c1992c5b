"""The files for deployment are right, as others' tools see them, and fit the service itself."""

import ast
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from nb2service.measured import Measured
from nb2service.writing.deploy import fill_deploy, lines_of
from served import Server
from support import CHECKOUT, locked_environment, tool

TEMPLATE = CHECKOUT / "template"
DEPLOY = TEMPLATE / "deploy"
CHECKS = Path(__file__).parent / "deploy_checks"
OVERLAYS = ("base", "servicemonitor", "kserve")

pytestmark = [pytest.mark.environment, pytest.mark.xdist_group("deploy")]


@pytest.fixture(scope="session")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with others' tools, of a lock of its own."""
    python = locked_environment(tmp_path_factory.mktemp("tools") / "env", CHECKS / "tools.txt")
    return python.parent


@pytest.fixture(scope="session")
def check(tools: Path) -> Any:
    """Run one of the checks, and return what it printed."""

    def run(what: str, *paths: Path) -> str:
        command = [tools / "python", CHECKS / "check.py", what, *paths]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout

    return run


def passed(*command: Any) -> None:
    done = subprocess.run(command, cwd=TEMPLATE, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


def defaults() -> dict[str, Any]:
    """The defaults of the service's settings, by their variables."""
    source = (TEMPLATE / "service" / "settings.py").read_text(encoding="utf-8")
    (settings,) = [
        n for n in ast.parse(source).body if isinstance(n, ast.ClassDef) and n.name == "Settings"
    ]
    found = {}
    for line in settings.body:
        if isinstance(line, ast.AnnAssign) and isinstance(line.value, ast.Call):
            first = line.value.args[:1]
            if first and isinstance(first[0], ast.Constant):
                found[ast.unparse(line.target).upper()] = first[0].value
    return found


# --- Kubernetes ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def resources(check: Any) -> dict[str, list[dict[str, Any]]]:
    return {name: json.loads(check("resources", DEPLOY / name)) for name in OVERLAYS}


def test_kubernetes_takes_them(check: Any) -> None:
    check("kubernetes", *(DEPLOY / name for name in OVERLAYS))


def test_kubernetes_takes_what_was_measured(check: Any, tmp_path: Path) -> None:
    shutil.copytree(DEPLOY, tmp_path / "deploy")
    fill_deploy(tmp_path, lines_of(Measured(2**30, 2**31, start=70.0, answer=8.0)))
    base = tmp_path / "deploy" / "base"
    check("kubernetes", *(tmp_path / "deploy" / name for name in OVERLAYS))
    (deployment,) = [r for r in json.loads(check("resources", base)) if r["kind"] == "Deployment"]
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    assert container["resources"]["requests"]["memory"] == "3150Mi"
    assert container["readinessProbe"]["timeoutSeconds"] == 40


def test_a_resource_with_a_slip_would_be_refused(check: Any, tmp_path: Path) -> None:
    for file in (DEPLOY / "base").iterdir():
        text = file.read_text(encoding="utf-8").replace("periodSeconds", "periodSecond")
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    with pytest.raises(AssertionError, match="periodSecond"):
        check("kubernetes", tmp_path)


def test_there_is_what_a_service_needs(resources: dict[str, list[dict[str, Any]]]) -> None:
    base = {one["kind"] for one in resources["base"]}
    assert base == {
        "Deployment",
        "Service",
        "HorizontalPodAutoscaler",
        "PodDisruptionBudget",
        "NetworkPolicy",
    }
    assert {one["kind"] for one in resources["servicemonitor"]} == base | {"ServiceMonitor"}
    assert [one["kind"] for one in resources["kserve"]] == ["InferenceService"]


def pods(resources: dict[str, list[dict[str, Any]]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Each pod, and its only container."""
    (deployment,) = [one for one in resources["base"] if one["kind"] == "Deployment"]
    found = [deployment["spec"]["template"]["spec"], resources["kserve"][0]["spec"]["predictor"]]
    return [(pod, pod["containers"][0]) for pod in found]


def test_pods_are_at_the_restricted_level(resources: dict[str, list[dict[str, Any]]]) -> None:
    for pod, container in pods(resources):
        context = {**pod.get("securityContext", {}), **container["securityContext"]}
        assert context["runAsNonRoot"] is True
        assert context["readOnlyRootFilesystem"] is True
        assert context["allowPrivilegeEscalation"] is False
        assert context["capabilities"] == {"drop": ["ALL"]}
        assert context["seccompProfile"] == {"type": "RuntimeDefault"}
        assert container["volumeMounts"] == [{"name": "tmp", "mountPath": "/tmp"}]
        assert container["resources"]["limits"].keys() == {"cpu", "memory"}


def test_a_pod_has_the_time_that_the_service_takes_to_end(
    resources: dict[str, list[dict[str, Any]]],
) -> None:
    (pod, container), _ = pods(resources)
    given = {one["name"]: one["value"] for one in container["env"]}
    drain = int(given.get("DRAIN_DELAY", defaults()["DRAIN_DELAY"]))
    grace = int(given.get("GRACEFUL_TIMEOUT", defaults()["GRACEFUL_TIMEOUT"]))
    conf = (TEMPLATE / "gunicorn.conf.py").read_text(encoding="utf-8")
    extra = re.search(r"_settings.drain_delay \+ _settings.graceful_timeout \+ (\d+)", conf)
    assert extra
    assert drain + grace + int(extra[1]) < pod["terminationGracePeriodSeconds"]
    # The endpoints must have noticed before the service stops accepting.
    readiness = container["readinessProbe"]
    assert drain >= readiness["periodSeconds"]


def test_probes_ask_paths_that_there_are(
    resources: dict[str, list[dict[str, Any]]], tmp_path: Path
) -> None:
    paths = set()
    for _, container in pods(resources):
        probes = [probe for name, probe in container.items() if name.endswith("Probe")]
        assert len(probes) >= 2
        paths |= {probe["httpGet"]["path"] for probe in probes}
    with Server(tmp_path / "log", PROTOCOLS="kserve-v2") as server:
        server.until_ready()
        assert {path: server.get(path)[0] for path in paths} == dict.fromkeys(paths, 200)


# --- Azure ML, Heroku, the container ------------------------------------------------------------


def test_azure_takes_its_deployment(check: Any) -> None:
    told = json.loads(check("azure", DEPLOY / "azureml" / "deployment.yml").splitlines()[-1])
    assert sorted(told.values()) == ["/healthz", "/readyz", "/score"]


def test_hadolint_finds_nothing(tools: Path) -> None:
    passed(tools / "hadolint", TEMPLATE / "Dockerfile")


def test_what_xgboost_brings_for_several_gpus_stays_out() -> None:
    """The lines of the Dockerfile that leave it out, on a lock."""
    dockerfile = (TEMPLATE / "Dockerfile").read_text(encoding="utf-8")
    found = re.search(r"awk '(.*?)' requirements.txt", dockerfile)
    assert found
    pins = [
        f"{name}==1 ; sys_platform == 'linux' \\\n    --hash=sha256:{name}1 \\\n    --hash=sha256:2\n"
        for name in ("numpy", "nvidia-nccl-cu12", "xgboost")
    ]
    left = subprocess.check_output(["awk", found[1]], input="".join(pins), text=True)
    assert left == pins[0] + pins[2]


def test_the_command_of_heroku_is_that_of_the_container() -> None:
    text = (TEMPLATE / "Procfile").read_text(encoding="utf-8")
    assert text == "web: python -m service.serve\n"
    assert "exec python -m service.serve" in (TEMPLATE / "Dockerfile").read_text(encoding="utf-8")


def test_the_bill_of_materials_is_cyclonedx(check: Any, tmp_path: Path) -> None:
    contract = TEMPLATE / "model" / "contract.json"
    command = [tool("python"), DEPLOY / "sbom.py", contract]
    texts = [subprocess.check_output(command, text=True) for _ in range(2)]
    assert texts[0] == texts[1]
    (tmp_path / "sbom.json").write_text(texts[0], encoding="utf-8")
    check("cyclonedx", tmp_path / "sbom.json")
    assert "pkg:pypi/flask@" in texts[0]


# --- CI -----------------------------------------------------------------------------------------


def test_zizmor_finds_nothing(tools: Path) -> None:
    passed(tools / "zizmor", "--offline", "--no-progress", TEMPLATE / ".github")


WORKFLOWS = sorted((TEMPLATE / ".github" / "workflows").glob("*.yml"))
# The one job that may write, and that runs nothing of a package.
WRITES = {"propose": {"contents": "write", "pull-requests": "write"}}


def test_actions_are_pinned_and_may_only_read(check: Any) -> None:
    workflows = json.loads(check("documents", *WORKFLOWS))
    assert len(workflows) == 2
    for workflow in workflows:
        assert workflow["permissions"] == {}
        for name, job in workflow["jobs"].items():
            assert job["permissions"] == WRITES.get(name, {"contents": "read"})
            runs = " ".join(step.get("run", "") for step in job["steps"])
            assert name not in WRITES or not re.search(r"make|pip|python", runs)
            for step in job["steps"]:
                uses = step.get("uses", "a/b@" + "0" * 40)
                assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", uses)


def test_ci_runs_the_verbs_of_the_service() -> None:
    workflow = "\n".join(file.read_text(encoding="utf-8") for file in WORKFLOWS)
    makefile = (TEMPLATE / "Makefile").read_text(encoding="utf-8")
    verbs = re.findall(r"\bmake (\w+)", "\n".join(re.findall(r"run: .*", workflow)))
    assert "upgrade" in verbs
    for verb in verbs:
        assert re.search(rf"^{verb}:", makefile, re.MULTILINE), verb


# --- monitoring ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def metrics(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The metrics that a service tells after a good and a bad request, with their labels."""
    contract = json.loads((TEMPLATE / "model" / "contract.json").read_text(encoding="utf-8"))
    record = contract["examples"][0]["record"]
    with Server(tmp_path_factory.mktemp("metrics") / "log") as server:
        server.until_ready()
        assert server.post(record)[0] == 200
        assert server.post({})[0] == 400
        text = server.text("/metrics")
    found: dict[str, set[str]] = {}
    for name, labels in re.findall(r"^(\w+)(?:\{(.*?)\})? ", text, re.MULTILINE):
        found.setdefault(name, set()).update(re.findall(r'(\w+)="', labels))
    return found


def queries() -> list[str]:
    path = DEPLOY / "monitoring" / "grafana" / "dashboard.json"
    dashboard = json.loads(path.read_text(encoding="utf-8"))
    return [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]


def test_the_dashboard_asks_for_metrics_that_there_are(metrics: dict[str, set[str]]) -> None:
    for query in queries():
        names = re.findall(r"service_\w+", query)
        assert names, query
        labels = re.findall(r"(\w+)\s*(?:=|!=|=~)\"", query)
        for listed in re.findall(r"by \(([\w, ]+)\)", query):
            labels += listed.split(", ")
        for name in names:
            assert name in metrics, query
        # The first metric is the one that is summed by these.
        assert set(labels) <= metrics[names[0]], query


def test_the_dashboard_shows_every_metric(metrics: dict[str, set[str]]) -> None:
    families = {re.sub(r"_(bucket|sum|count|created)$", "", name) for name in metrics}
    asked = " ".join(queries())
    ours = {name for name in families if name.startswith("service_")}
    assert ours == {name for name in ours if name in asked}


def test_compose_mounts_what_there_is(check: Any) -> None:
    monitoring = DEPLOY / "monitoring"
    compose, prometheus, source, provider = json.loads(
        check(
            "documents",
            TEMPLATE / "compose.yaml",
            monitoring / "prometheus.yml",
            monitoring / "grafana" / "datasource.yml",
            monitoring / "grafana" / "provider.yml",
        )
    )
    services = compose["services"]
    mounts = {}
    for one in services.values():
        for volume in one.get("volumes", []):
            here, there, mode = volume.split(":")
            assert (TEMPLATE / here).is_file()
            assert mode == "ro"
            mounts[Path(here).name] = there
    assert prometheus["scrape_configs"][0]["static_configs"][0]["targets"] == ["service:8080"]
    assert mounts["dashboard.json"].startswith(provider["providers"][0]["options"]["path"])
    assert source["datasources"][0]["url"] == "http://prometheus:9090"
    assert all(port.startswith("127.0.0.1:") for one in services.values() for port in one["ports"])
