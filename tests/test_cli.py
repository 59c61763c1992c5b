"""The command: its help, its answers, its exit status."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nb2service.cli import main
from nb2service.version import version
from support import CHECKOUT, MakeNotebook, files, tool

PREDICT = "#| predict\ndef predict(payload):\n    return payload['a'] + 1"
CALL = "predict({'a': 1})"
# A fork may ask more.
QUESTIONS = [
    key
    for key in json.loads((CHECKOUT / "cookiecutter.json").read_text(encoding="utf-8"))
    if not key.startswith("_") and key != "notebook"
]


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        pytest.param(["--help"], 0, ["usage: nb2service", "new", "#| predict"], id="help"),
        pytest.param(
            ["new", "--help"], 0, ["KEY=VALUE", "--output-dir", "an .ipynb file"], id="help of new"
        ),
        pytest.param(
            ["check", "--help"],
            0,
            ["an .ipynb file", "--json", "--strict", "let warnings fail it too"],
            id="help of check",
        ),
        pytest.param(["check"], 2, ["required: notebook"], id="nothing to check"),
        pytest.param(["--version"], 0, [version()], id="the version"),
        pytest.param([], 2, ["usage: nb2service", "COMMAND"], id="nothing"),
        pytest.param(["make"], 2, ["invalid choice: 'make'"], id="no such command"),
        pytest.param(["new"], 2, ["required: notebook"], id="no notebook"),
        pytest.param(["new", "a.ipynb", "--fast"], 2, ["--fast"], id="no such option"),
        pytest.param(["check", "a.ipynb", "b=1"], 2, ["b=1"], id="answers where none are asked"),
    ],
)
def test_usage(
    capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, told: list[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    printed = capsys.readouterr()
    assert end.value.code == status
    text = printed.err if status else printed.out
    assert all(words in text for words in told), text
    assert not (printed.out if status else printed.err)


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        pytest.param(
            ["project_slgu=x"], ["project_slgu=x", "Did you mean project_slug=…?"], id="typo"
        ),
        pytest.param(
            ["colour=red"],
            [f"Known: {', '.join(QUESTIONS)}."],
            id="unknown",
        ),
        pytest.param(["project_slug"], ["Did you mean project_slug=…?"], id="no equals sign"),
        pytest.param(["=x"], ["is no answer"], id="no key"),
        pytest.param(
            ["notebook=b.ipynb"], ["notebook=b.ipynb: is no answer"], id="a second notebook"
        ),
        pytest.param(["_output_dir=/"], ["_output_dir=/: is no answer"], id="Cookiecutter's own"),
        pytest.param(["__prompts__=1"], ["is no answer"], id="a private one"),
        pytest.param(["kernel=", "x=1"], ["x=1: is no answer"], id="one of two"),
    ],
)
def test_answers_to_no_question(
    make_notebook: MakeNotebook,
    capsys: pytest.CaptureFixture[str],
    answers: list[str],
    told: list[str],
) -> None:
    notebook = make_notebook(PREDICT, CALL)
    out = ["-o", str(notebook.parent / "out")]
    assert main(["new", str(notebook), *answers, *out]) == 1
    printed = capsys.readouterr()
    assert main(["new", str(notebook), *out, *answers]) == 1
    assert capsys.readouterr() == printed
    assert all(words in printed.err for words in told), printed.err
    assert not printed.out
    assert not (notebook.parent / "out").exists()


def test_a_notebook_that_cannot_be_served_is_refused_before_cookiecutter_starts(
    make_notebook: MakeNotebook, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook = make_notebook("x = 1")
    assert main(["new", str(notebook), "-o", str(notebook.parent / "out")]) == 1
    assert capsys.readouterr().err.startswith("nb.ipynb: no cell is marked.")
    assert not (notebook.parent / "out").exists()


def test_a_relative_path_counts_from_here(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", "gone.ipynb"]) == 1
    assert f"{tmp_path / 'gone.ipynb'}: no such file" in capsys.readouterr().err


def test_the_installed_command_and_the_module_are_one() -> None:
    for command in ([tool("nb2service")], [sys.executable, "-m", "nb2service.cli"]):
        done = subprocess.run([*command, "--version"], capture_output=True, text=True)
        assert (done.returncode, done.stdout, done.stderr) == (0, f"{version()}\n", "")


@pytest.mark.generation
def test_it_generates(make_notebook: MakeNotebook, capfd: pytest.CaptureFixture[str]) -> None:
    notebook = make_notebook(PREDICT, CALL)
    out = notebook.parent / "out"
    status = main(
        ["new", str(notebook), "project_name={{ 7 * 7 }} é", "project_slug=s", "-o", str(out)]
    )
    printed = capfd.readouterr()
    assert status == 0, printed.err
    assert "{{ 7 * 7 }} é" in printed.out
    assert "{{ 7 * 7 }} é" in (out / "s" / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in out.iterdir()] == ["s"]


@pytest.mark.generation
def test_ctrl_c_leaves_nothing(make_notebook: MakeNotebook, tmp_path: Path) -> None:
    started = tmp_path / "started"
    wait = f"import time, pathlib\npathlib.Path({str(started)!r}).touch()\ntime.sleep(60)"
    notebook = make_notebook(wait, PREDICT, CALL)
    running = subprocess.Popen(
        [tool("nb2service"), "new", str(notebook), "-o", str(tmp_path / "out")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # what a terminal signals is a whole group, and this is ours alone
    )
    try:
        deadline = time.monotonic() + 60
        while not started.exists():
            assert running.poll() is None, running.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        os.killpg(running.pid, signal.SIGINT)
        _, told = running.communicate(timeout=60)
    finally:
        if running.poll() is None:
            running.kill()
            running.communicate()
    assert running.returncode in (1, 130), told
    assert not files(tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())
