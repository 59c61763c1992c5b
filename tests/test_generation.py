"""A whole generation of the example, as a user runs it."""

import json
import re

import pytest

from support import CHECKOUT, Generation, cookiecutter, files, own_files

pytestmark = [pytest.mark.generation, pytest.mark.xdist_group("churn")]

EXTRACTED = {
    ".nb2service.json",
    "model/SHA256SUMS",
    "model/__init__.py",
    "model/allowed.py",
    "model/artifacts/model.ubj",
    "model/calls.json",
    "model/cells.json",
    "model/contract.json",
    "model/drawn.json",
    "model/dropins/__init__.py",
    "model/dropins/columns.py",
    "model/dropins/kinds/__init__.py",
    "model/dropins/kinds/xgboost_direct.py",
    "model/dropins/rows.py",
    "model/dropins/settings.py",
    "model/dropins/shadow.py",
    "model/dropins/walk.py",
    "model/formats/__init__.py",
    "model/formats/xgboost_native.py",
    "model/lines.json",
    "model/loading.py",
    "model/notebook.html",
    "model/predict.py",
    "model/report.json",
    "model/requirements.txt",
    "model/threads.py",
    "model/unpickling.py",
}


def tracked_template() -> set[str]:
    """The template's files as git knows them, committed or new."""
    return {name.removeprefix("template/") for name in own_files("template")}


def test_the_tree_is_exactly_the_template_with_another_model(generation: Generation) -> None:
    layout = {name for name in tracked_template() if not name.startswith("model/")}
    assert set(files(generation.folder)) == layout | EXTRACTED


def test_without_drop_ins_all_else_is_the_same(generation: Generation, tmp_path) -> None:
    done = cookiecutter(None, tmp_path, "accelerate=no")
    assert done.returncode == 0, done.stderr
    assert "Faster" not in done.stdout
    plain, fast = files(tmp_path / "churn"), files(generation.folder)
    assert {name for name in fast if name not in plain} == {n for n in fast if "/dropins/" in n}
    assert {name for name in plain if plain[name] != fast[name]} == {
        ".nb2service.json",
        "model/SHA256SUMS",
        "model/contract.json",
        "model/report.json",
    }
    contract = json.loads(fast["model/contract.json"])
    del contract["artifacts"]["model.ubj"]["dropins"]
    assert contract == json.loads(plain["model/contract.json"])


def test_no_jinja_is_left(generation: Generation) -> None:
    for name, content in files(generation.folder).items():
        text = content.decode("utf-8", errors="ignore").replace("${{", "")
        if name.startswith("service/http/templates/"):  # the page's own, rendered when it serves
            assert content == (CHECKOUT / "template" / name).read_bytes()
        elif not name.endswith(".ubj"):
            assert "{{ cookiecutter" not in text, name
            assert "{%" not in text, name


def test_the_same_notebook_gives_the_same_bytes(generation: Generation, tmp_path) -> None:
    again = cookiecutter(None, tmp_path)
    assert again.returncode == 0, again.stderr
    assert files(tmp_path / "churn") == files(generation.folder)


def test_no_registry_and_no_path_of_this_machine_stands_in_a_file(generation: Generation) -> None:
    for name, content in files(generation.folder).items():
        text = content.decode("utf-8", errors="ignore")
        assert not re.search(r"https?://[^\s\"'>]*(?:pypi|pythonhosted)", text), name
        assert str(generation.folder.parent) not in text, name
        assert str(CHECKOUT) not in text, name


def test_the_requirements_are_locked_with_hashes(generation: Generation) -> None:
    locked = (generation.folder / "requirements.txt").read_text()
    wanted = (generation.folder / "model" / "requirements.txt").read_text()
    pins = re.findall(r"^[a-z][\w.-]*==\S+", wanted, re.MULTILINE)
    assert pins
    for pin in [*pins, "flask==", "gunicorn==", "msgspec=="]:
        assert re.search(rf"^{re.escape(pin)}.*\n    --hash=sha256:", locked, re.MULTILINE), pin
    assert not re.search(r"nvidia|matplotlib|ipykernel|cookiecutter", locked)


def test_the_card_fits_a_screen_and_says_what_was_taken(generation: Generation) -> None:
    lines = generation.stdout.splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 88
    for told in (
        "cell 11, predict",
        "XGBClassifier",
        "as_row",
        "21 of 21 recorded calls answered alike",
        "xgboost-cpu",
        "churn_xgb_v7",
        "cd churn",
        "make test",
        "make prove",
        "make run",
    ):
        assert told in generation.stdout, told
    assert generation.stderr == "Running churn.ipynb, 13 cells\n"


def test_the_contract_holds_what_the_example_promises(generation: Generation) -> None:
    contract = json.loads((generation.folder / "model" / "contract.json").read_text())
    assert list(contract["$defs"]["record"]["properties"]) == [
        "tenure_months",
        "monthly_charges",
        "total_charges",
        "contract_month_to_month",
        "has_fiber",
    ]
    assert contract["model_version"] == "churn_xgb_v7"
    assert contract["predict"]["answer"] == "dict"
    assert contract["proof"]["findings"] == []
    assert contract["proof"]["checks"]["drawn"] == {"asked": 52, "alike": 52}
    report = json.loads((generation.folder / "model" / "report.json").read_text())
    assert report["proof"]["checks"] == contract["proof"]["checks"]
    assert report["proof"]["again"] == "make prove"
    assert [item["name"] for item in report["items"] if "bytes" in item] == ["model"]
    assert contract["examples"][0]["answer"].keys() == {"churn_probability"}
    assert (generation.folder / ".python-version").read_text().strip() in contract["provenance"][
        "python"
    ]
