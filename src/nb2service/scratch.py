"""Scratch: cruft renders the template to compare it with a service, and needs no model for that.

`cruft update` and `cruft diff` render into a folder that goes away again. Both sides of an update leave
out what the notebook gave, so the merge touches the template's own files alone, and no notebook runs.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from nb2service.comparing.read import read_contract
from nb2service.places import contract_version
from nb2service.recorded import FILE
from nb2service.writing.fill import copy_measured, fill_marked
from nb2service.writing.port import fill_port

# What the notebook gave: no template says what is in there.
_OF_THE_NOTEBOOK = ("model", "requirements.txt", "requirements-dev.txt", ".python-version", FILE)


def compared_service(answers: Mapping[str, Any], project: Path) -> Path | None:
    """Return the service that cruft renders `project` for; None where a service is generated.

    Args:
        answers: the answers, as Cookiecutter hands them to its hooks.
        project: the folder that is rendered.
    """
    inside, alone = project.resolve().parent, len(list(project.parent.iterdir())) == 1
    if not alone or Path(tempfile.gettempdir()).resolve() not in (inside, *inside.parents):
        return None
    for folder in _near(os.getppid()):
        known = all((folder / name).is_file() for name in (".cruft.json", "model/contract.json"))
        if known and folder.name and _slug(folder) == answers.get("project_slug"):
            return folder.resolve()
    return None


def _slug(service: Path) -> str:
    text = (service / ".cruft.json").read_text(encoding="utf-8")
    found = re.search(r'"project_slug": "([^"]*)"', text)
    return found[1] if found else ""


def _near(process: int) -> Iterator[Path]:
    """Give where cruft stands, and the folder that its `--project-dir` names."""
    stands = [Path(f"/proc/{process}/cwd"), Path(os.environ.get("PWD", "."))]
    command = _command(process)
    for at, word in enumerate(command):
        name, equals, value = word.partition("=")
        if name in ("--project-dir", "-p"):
            named = value if equals else (*command, "")[at + 1]
            yield from (folder / named for folder in stands if folder.is_dir())
    yield from (folder for folder in stands if folder.is_dir())


def _command(process: int) -> Sequence[str]:
    try:
        told = Path(f"/proc/{process}/cmdline").read_bytes()
        return told.decode(errors="replace").split("\0")
    except OSError:
        pass
    try:  # where there is no /proc
        command = ["ps", "-o", "command=", "-p", str(process)]
        return shlex.split(subprocess.run(command, capture_output=True, text=True).stdout)
    except (OSError, ValueError):
        return ()


def leave_out(project: Path, service: Path) -> None:
    """Make of the rendered template what an update compares: as the service, without its notebook's part.

    The marked places of Dockerfile, README and deploy/ are filled in as they are in the service.
    """
    for name in _OF_THE_NOTEBOOK:
        path = project / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    contract = read_contract(service)
    python = (service / ".python-version").read_text(encoding="utf-8").strip()
    fill_port(project)
    fill_marked(project, contract, python)
    copy_measured(project, service)
    needed, has = contract_version(project / "service"), int(contract.get("contract_version", 1))
    if needed > has:
        print(
            f"This template's service/ needs a model/ of contract version {needed}, "
            f"{service.name} has {has}: run `nb2service sync` there after the update.",
            file=sys.stderr,
        )
