"""The example notebooks: each is generated, its service tested, and its README's curl answered."""

import json
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from support import CHECKOUT, Generation, MakeExample

FOLDER = CHECKOUT / "example_notebooks"


class Example(NamedTuple):
    """What an example's report must say: features, recorded calls, and what is warned of."""

    folder: str
    features: str
    recorded: int
    warnings: tuple[str, ...] = ()


EXAMPLES = [
    Example(
        "churn_xgboost",
        "tenure_months monthly_charges total_charges contract_month_to_month has_fiber",
        21,
    ),
    Example("houses_bare", "area_sqm rooms built district", 1),
    Example("tickets_text", "texts", 2),
    Example("digits_arrays", "images", 2),
    Example("bikes_booster", "hour working_day temperature rain_mm", 2),
    Example("claims_pipeline", "estimate car_age mileage damage garage", 2),
    Example("hotel_lightgbm", "arrival booked_days_before room city breakfast", 2),
    Example("pumps_anomaly", "pressure_bar vibration_mm_s speed_rpm temperature_celsius", 96),
    Example("icecream_forecast", "horizon reserve", 10),
    Example(
        "cars_skew",
        "make age km",
        1,
        (
            "pd.get_dummies in cell 4, line 4 sees only the rows of the request",
            "Clients that send one record get other answers than the notebook",
        ),
    ),
]
TORCHSCRIPT = Example("bearings_torchscript", "windows", 2)


def the_curl(readme: Path) -> tuple[str, dict[str, Any]]:
    """The command that a README shows, and the answer below it."""
    text = readme.read_text(encoding="utf-8")
    found = re.search(r"```sh\n(curl .*?)\n```\n```json\n(.*?)\n```", text, re.DOTALL)
    assert found, readme
    return found[1], json.loads(found[2])


def examine(example: Example, made: Generation, python: str = sys.executable) -> None:
    """Compare the report and the curl with what they must be; run the service's own tests."""
    report = json.loads((made.folder / "model" / "report.json").read_text(encoding="utf-8"))
    assert report["record"]["features"] == example.features.split()
    checks = report["proof"]["checks"]
    assert checks["recorded"] == {"asked": example.recorded, "alike": example.recorded}
    assert checks["drawn"]["asked"] > 0
    if not example.warnings:
        assert all(check["asked"] == check["alike"] for check in checks.values()), checks
    assert len(report["warnings"]) == len(example.warnings), report["warnings"]
    card = " ".join(made.stdout.split())
    for said, wanted in zip(report["warnings"], example.warnings, strict=True):
        assert wanted in said
        assert wanted in card
    # How it starts and ends as a process is tried where whole environments are made.
    tests = [
        python,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--ignore=tests/test_gunicorn.py",
        "--ignore=tests/test_worker.py",
    ]
    done = subprocess.run(tests, cwd=made.folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr
    # What is true of single rows is not asked of a predict that looks across them.
    assert "skipped" not in done.stdout or example.warnings, done.stdout
    # One of these tests sends the README's request: what we show is what is answered.
    command, answer = the_curl(made.folder / "README.md")
    shown, expected = the_curl(FOLDER / example.folder / "README.md")
    assert shown == command
    compare = runpy.run_path(str(made.folder / "service" / "compare.py"))
    # Artifacts, and with them the version, may differ between versions of the libraries.
    versions = [one.pop("model_version") for one in (answer, expected)]
    assert versions[0] == report["model_version"]
    assert len({version.partition("-")[0] for version in versions}) == 1
    assert compare["same_answer"](answer, expected), (answer, expected)


def group(example: Example) -> str:
    return "churn" if example.folder == "churn_xgboost" else example.folder


@pytest.mark.generation
@pytest.mark.parametrize(
    "wanted",
    [pytest.param(e, id=e.folder, marks=pytest.mark.xdist_group(group(e))) for e in EXAMPLES],
)
def test_an_example(wanted: Example, example: MakeExample) -> None:
    examine(wanted, example(wanted.folder))


@pytest.mark.environment
@pytest.mark.xdist_group("torch")
def test_the_example_with_torch(torch_python: Path, torch_example: Generation) -> None:
    examine(TORCHSCRIPT, torch_example, str(torch_python))


# --- the folders --------------------------------------------------------------------------------


def folders() -> list[Path]:
    return sorted(path for path in FOLDER.iterdir() if path.is_dir())


@pytest.mark.parametrize("folder", folders(), ids=lambda path: path.name)
def test_every_folder_is_tested_and_in_the_index(folder: Path) -> None:
    tests = "\n".join(p.read_text(encoding="utf-8") for p in (CHECKOUT / "tests").glob("*.py"))
    assert f'"{folder.name}"' in tests
    assert f"({folder.name}/README.md)" in (FOLDER / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", folders(), ids=lambda path: path.name)
def test_a_folder_tells_how_to_generate_it(folder: Path) -> None:
    (notebook,) = folder.glob("*.ipynb")
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert f"notebook={notebook.relative_to(CHECKOUT).as_posix()}" in readme
    stored = json.loads(notebook.read_text(encoding="utf-8"))
    assert stored["metadata"]["kernelspec"]["name"] == "python3"


def test_the_data_of_the_pumps_is_what_its_script_writes(tmp_path: Path) -> None:
    script = FOLDER / "pumps_anomaly" / "make_readings.py"
    copy = tmp_path / script.name
    copy.write_bytes(script.read_bytes())
    runpy.run_path(str(copy))
    assert (tmp_path / "readings.csv").read_bytes() == script.with_name("readings.csv").read_bytes()
