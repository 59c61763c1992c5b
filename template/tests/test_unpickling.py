"""An artifact that was swapped together with its checksum runs no foreign code."""

import hashlib
import io
import json
import os
import pickle

import pytest

from model import allowed, loading
from model.loading import ArtifactError
from model.unpickling import ForeignError, only


class Evil:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder):
        self.folder = str(folder)

    def __reduce__(self):
        return os.mkdir, (self.folder,)


def test_the_list_is_written():
    assert allowed.GLOBALS is not None, "the model was not extracted to its end"


def test_what_is_listed_is_looked_up_and_nothing_else(tmp_path):
    data = pickle.dumps(Evil(tmp_path / "made"))
    with pytest.raises(ForeignError, match=r"^posix\.mkdir$"), only(frozenset({"os.path.join"})):
        pickle.loads(data)
    # The unpickler of joblib is written in Python.
    with pytest.raises(ForeignError), only(frozenset()):
        pickle._Unpickler(io.BytesIO(data)).load()
    assert not (tmp_path / "made").exists()
    with only(frozenset({"posix.mkdir"})):
        pickle.loads(data)
    assert (tmp_path / "made").exists()


def test_outside_nothing_is_refused():
    with only(frozenset()):
        pass
    assert pickle.loads(pickle.dumps(os.getpid)) is os.getpid


def test_a_swapped_artifact_with_a_fitting_contract_is_not_opened(tmp_path, monkeypatch):
    data = pickle.dumps(Evil(tmp_path / "made"))
    entry = {"sha256": hashlib.sha256(data).hexdigest(), "format": "joblib_pickle"}
    contract = {"artifacts": {"a.joblib": {**entry, "type": "builtins.dict", "state": {}}}}
    (tmp_path / "contract.json").write_text(json.dumps(contract), encoding="utf-8")
    (tmp_path / "artifacts").mkdir()
    (tmp_path / "artifacts" / "a.joblib").write_bytes(data)
    monkeypatch.setattr(loading, "FOLDER", tmp_path)
    # Any format will do: they all end in an unpickler of Python's.
    plain = type("format", (), {"load": staticmethod(lambda data, state: pickle.loads(data))})
    monkeypatch.setattr(loading, "import_module", lambda name: plain)
    with pytest.raises(ArtifactError, match=r"a\.joblib: looks up posix\.mkdir, which it did not"):
        loading.load("a.joblib")
    assert not (tmp_path / "made").exists()
