"""The recorded answers mean the same in every checkout: no path in them is of one machine."""

import json
from pathlib import Path

import pytest

from nb2service.answers import understand
from nb2service.errors import Nb2serviceError
from nb2service.recorded import FILE, plain_answers, read_recorded, write_recorded

ANSWERS = {"project_name": "Churn", "project_slug": "churn", "_output_dir": "/out"}


def recorded(notebook: Path, project: Path, kernel: str = "") -> dict[str, str]:
    answers = {**ANSWERS, "notebook": str(notebook), "kernel": kernel}
    return plain_answers(answers, understand(answers), project)


@pytest.mark.parametrize(
    ("notebook", "project", "path"),
    [
        ("repo/churn.ipynb", "repo/service", "../churn.ipynb"),
        ("repo/nbs/churn.ipynb", "repo/services/churn", "../../nbs/churn.ipynb"),
        ("repo/service/nbs/churn.ipynb", "repo/service", "nbs/churn.ipynb"),
    ],
)
def test_paths_count_from_the_service(
    tmp_path: Path, notebook: str, project: str, path: str
) -> None:
    found = recorded(tmp_path / notebook, tmp_path / project)
    assert found["notebook"] == path
    assert "_output_dir" not in found


def test_a_notebook_that_shares_no_folder_is_known_by_its_name(tmp_path: Path) -> None:
    assert recorded(Path("/elsewhere/churn.ipynb"), tmp_path)["notebook"] == "churn.ipynb"


def test_the_path_of_a_kernel_counts_from_the_service_its_name_stays(tmp_path: Path) -> None:
    python = tmp_path / "repo" / ".venv" / "bin" / "python"
    found = recorded(tmp_path / "repo" / "churn.ipynb", tmp_path / "repo" / "s", str(python))
    assert found["kernel"] == "../.venv/bin/python"
    assert recorded(tmp_path / "churn.ipynb", tmp_path / "s", "conda-env")["kernel"] == "conda-env"


def test_what_is_written_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tmp_path / "services" / "churn"
    project.mkdir(parents=True)
    plain = recorded(tmp_path / "nbs" / "churn.ipynb", project)
    write_recorded(project, plain)
    monkeypatch.chdir(tmp_path)
    again = read_recorded(project, {})
    assert again.plain == plain
    assert again.asked.notebook == tmp_path / "nbs" / "churn.ipynb"
    assert not again.is_here
    given = read_recorded(project, {"notebook": "other/x.ipynb"})
    assert given.asked.notebook == tmp_path / "other" / "x.ipynb"
    assert given.plain["notebook"] == "../../other/x.ipynb"


def test_cruft_knows_the_answers_as_well(tmp_path: Path) -> None:
    told = {"context": {"cookiecutter": {**ANSWERS, "notebook": "../churn.ipynb"}}}
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / ".cruft.json").write_text(json.dumps(told))
    assert read_recorded(tmp_path / "s", {}).asked.notebook == tmp_path / "churn.ipynb"


@pytest.mark.parametrize("text", ["{", "[]", '{"answers": 1}'])
def test_a_damaged_file(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(Nb2serviceError, match="cannot be read"):
        read_recorded(tmp_path, {})


def test_nothing_is_recorded(tmp_path: Path) -> None:
    with pytest.raises(Nb2serviceError, match="its notebook is unknown"):
        read_recorded(tmp_path, {})
