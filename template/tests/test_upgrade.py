"""Newer versions are kept only where every answer stays, and the locks are whole at any moment."""

import dataclasses
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from service.proof import upgrade
from service.proof.locks import Change, Locks, changes, read_locks, versions_here, write_locks
from service.proof.swap import STAGE, finish, swap
from service.proof.trial import CannotTryError
from service.proof.upgrade import proven
from service.start_checks import StartError, check_versions
from service.upgraded import FILE, upgraded_text, upgraded_versions
from tests.server import ROOT

HERE = "{}.{}.{}".format(*sys.version_info)


def _locks(**versions):
    return Locks(
        "".join(f"{n}=={v} \\\n    --hash=sha256:0\n" for n, v in versions.items()), "", ""
    )


OLD = _locks(ants=1, bees=1, cats=1, dogs=1)


class Fixed:
    """A trial of which is known what fails; a package is at 1 or 2, those of `ties` go together."""

    def __init__(self, *failing, ties=(), verb="prove"):
        self.failing_ones, self.ties, self.verb, self.asked = failing, ties, verb, 0

    def compile(self, base, names=()):
        found = dict(_versions(base))
        for name in names or found:
            found[name] = "2"
            found.update({one: "2" for tie in self.ties if name in tie for one in tie})
        return _locks(**found)

    def failing(self, locks, verbs=("prove", "test")):
        self.asked += 1
        bad = [n for n, v in _versions(locks).items() if v == "2" and n in self.failing_ones]
        return f"{bad[0]} is to blame" if bad and self.verb in verbs else ""


def _versions(locks):
    return dict(line.split()[0].split("==") for line in locks.service.splitlines()[::2])


@pytest.mark.parametrize("verb", ["prove", "test"])
@pytest.mark.parametrize(
    ("failing", "ties", "moved", "told"),
    [
        pytest.param([], [], "ants bees cats dogs", {}, id="all hold"),
        pytest.param(["cats"], [], "ants bees dogs", {"cats": "cats is to blame"}, id="one"),
        pytest.param(
            ["ants", "dogs"],
            [],
            "bees cats",
            {"ants": "ants is to blame", "dogs": "dogs is to blame"},
            id="two",
        ),
        pytest.param(
            ["bees"],
            [("bees", "cats")],
            "ants dogs",
            {"bees": "bees is to blame", "cats": "bees is to blame"},
            id="one that another needs",
        ),
        pytest.param(
            ["ants", "bees", "cats", "dogs"],
            [],
            "",
            {n: f"{n} is to blame" for n in ("ants", "bees", "cats", "dogs")},
            id="none holds",
        ),
    ],
)
def test_what_holds_is_kept_and_what_does_not_is_named(failing, ties, moved, told, verb):
    trial: Any = Fixed(*failing, ties=ties, verb=verb)
    kept, back = proven(trial, OLD, trial.compile(OLD))
    assert [change.name for change in changes(OLD, kept)] == moved.split()
    assert {change.name: why for change, why in back} == told
    assert {str(change) for change, _ in back} == {f"{name} 1 -> 2" for name in told}


def test_what_cannot_be_compiled_beside_the_others_is_kept_back():
    class Picky(Fixed):
        def compile(self, base, names=()):
            if "bees" in names and "cats" not in names:
                raise CannotTryError("the versions cannot be compiled:\nbees needs cats")
            return super().compile(base, names)

    trial: Any = Picky("cats")
    kept, back = proven(trial, OLD, trial.compile(OLD))
    assert [change.name for change in changes(OLD, kept)] == ["ants", "dogs"]
    assert {change.name: why for change, why in back} == {
        "bees": "the versions cannot be compiled: bees needs cats",
        "cats": "cats is to blame",
    }


def test_no_package_is_blamed_for_what_fails_without_it():
    trial: Any = Fixed("cats")
    trial.failing = lambda locks, verbs=(): "make test fails: FAILED tests/test_ours.py"
    with pytest.raises(CannotTryError, match=r"^with the versions as they are, make test fails"):
        proven(trial, OLD, trial.compile(OLD))


def test_changes_are_of_packages_that_both_have():
    old = Locks(
        "web==1 \\\n    --hash=x\ngone==1\n", "ruff==1 ; python_version > '3'\nruff==2\n", ""
    )
    new = Locks("web==2\nadded==1\n", "ruff==3\n", "")
    assert changes(old, new) == [Change("ruff", "1, 2", "3"), Change("web", "1", "2")]
    assert changes(old, old) == []


def test_the_versions_of_this_python_are_told_from_those_of_others():
    lock = """other==0.18 ; python_version < '3' \\
    --hash=sha256:0
numpy==2.4.6 ; python_version < '99' \\
    --hash=sha256:0
numpy==2.5.5 ; python_version >= '99' \\
    --hash=sha256:0
pyyaml==6.0
"""
    assert versions_here(["numpy", "PyYAML"], lock) == {"numpy": "2.4.6", "PyYAML": "6.0"}


# --- the versions that a model may start with ----------------------------------------------------


@pytest.fixture
def model(tmp_path):
    return shutil.copytree(ROOT / "model", tmp_path / "model")


def test_a_model_starts_at_the_versions_at_which_it_was_proven(model):
    flask = version("flask")
    with pytest.raises(StartError, match=f"made with flask 0.1, installed is {flask}"):
        check_versions(HERE, {"flask": "0.1"}, model)
    (model / FILE).write_text(upgraded_text(model, {"flask": flask}), encoding="utf-8")
    check_versions(HERE, {"flask": "0.1"}, model)
    (model / FILE).write_text(upgraded_text(model, {"flask": "0.2"}), encoding="utf-8")
    with pytest.raises(StartError, match=f"made with flask 0.2, installed is {flask}"):
        check_versions(HERE, {"flask": "0.1"}, model)


def test_a_proof_of_another_model_is_none(model):
    (model / FILE).write_text(upgraded_text(model, {"flask": "9"}), encoding="utf-8")
    assert upgraded_versions(model) == {"flask": "9"}
    sums = model / "SHA256SUMS"
    lines = sums.read_text(encoding="utf-8").splitlines()
    other = [f"{'0' * 64}  calls.json" if "calls.json" in line else line for line in lines]
    sums.write_text("\n".join(other) + "\n", encoding="utf-8")
    assert upgraded_versions(model) == {}
    sums.unlink()
    assert upgraded_versions(model) == {}


# --- whole or not at all -------------------------------------------------------------------------

NEW = Locks("new", "new", "new")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "model").mkdir()
    write_locks(tmp_path, Locks("old", "old", ""))
    return tmp_path


def test_a_swap(folder):
    swap(folder, NEW.files)
    assert read_locks(folder) == NEW
    assert not (folder / STAGE).exists()
    swap(folder, dataclasses.replace(NEW, service="newer").files)
    assert read_locks(folder) == dataclasses.replace(NEW, service="newer")


@pytest.mark.parametrize("at", ["write", "rename", "run"])
def test_a_swap_that_is_stopped_is_all_or_nothing(folder, monkeypatch, at):
    """Who is stopped before the new files are whole leaves the old ones, afterwards the new."""

    def stop(*arguments, **named):
        raise KeyboardInterrupt

    owner, name = {
        "write": (Path, "write_text"),
        "rename": (Path, "rename"),
        "run": (subprocess, "run"),
    }[at]
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, stop)
        with pytest.raises(KeyboardInterrupt):
            swap(folder, NEW.files)
    assert read_locks(folder) == Locks("old", "old", "")
    finish(folder)
    assert read_locks(folder) == (NEW if at == "run" else Locks("old", "old", ""))
    assert not (folder / STAGE).exists()


def test_what_was_moved_half_is_moved_on(folder):
    ready = folder / STAGE / "ready"
    (ready / "model").mkdir(parents=True)
    write_locks(ready, NEW)
    (ready / "requirements.txt").replace(folder / "requirements.txt")
    finish(folder)
    assert read_locks(folder) == NEW


def test_without_uv_nothing_is_tried(monkeypatch, capsys):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert upgrade.main() == 1
    assert "cannot upgrade: uv is not installed" in capsys.readouterr().err
