"""The folder model/ is as it was extracted, and an artifact that is not does not load."""

import hashlib
import json
import shutil

import pytest

from model import loading
from model.loading import ArtifactError
from service.upgraded import FILE
from tests.server import ROOT

MODEL = ROOT / "model"
ARTIFACTS = json.loads((MODEL / "contract.json").read_text(encoding="utf-8"))["artifacts"]


def test_every_file_is_as_it_was_extracted():
    lines = (MODEL / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    listed = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    files = {
        file.relative_to(MODEL).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in MODEL.rglob("*")
        if file.is_file()
        and "__pycache__" not in file.parts
        and file.name not in ("SHA256SUMS", FILE)
    }
    for name in sorted(listed.keys() | files.keys()):
        assert listed.get(name) == files.get(name), (
            f"model/{name} was changed since it was extracted: "
            "change the notebook and extract again"
        )


def test_a_flipped_byte_in_an_artifact_is_refused(tmp_path, monkeypatch):
    copy = shutil.copytree(MODEL, tmp_path / "model")
    monkeypatch.setattr(loading, "FOLDER", copy)
    for name in ARTIFACTS:
        file = copy / "artifacts" / name
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(data)
        with pytest.raises(
            ArtifactError, match=f"artifacts/{name}: changed since it was extracted"
        ):
            loading.load(name)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A model folder that lists one artifact, whose file is not there yet."""
    entry = {"sha256": hashlib.sha256(b"good").hexdigest(), "format": "joblib_pickle"}
    contract = {"artifacts": {"a.joblib": {**entry, "type": "builtins.dict", "state": {}}}}
    (tmp_path / "contract.json").write_text(json.dumps(contract), encoding="utf-8")
    (tmp_path / "artifacts").mkdir()
    monkeypatch.setattr(loading, "FOLDER", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        pytest.param(b"evil", "a.joblib", "changed since it was extracted", id="changed"),
        pytest.param(None, "a.joblib", "cannot be read", id="missing"),
        pytest.param(b"good", "b.joblib", "does not list it", id="unknown"),
        pytest.param(b"good", "a.joblib", "does not open as builtins.dict", id="does not open"),
    ],
)
def test_an_artifact_that_cannot_be_trusted(folder, content, name, message):
    if content is not None:
        (folder / "artifacts" / "a.joblib").write_bytes(content)
    with pytest.raises(ArtifactError, match=rf"^model/artifacts/{name}: .*{message}"):
        loading.load(name)
