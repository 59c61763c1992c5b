"""What Cookiecutter's two hooks do.

All that can be foreseen to fail happens in the first one, before Cookiecutter writes a file: the template
is rendered for a trial, and the notebook is extracted into the folder `.nb2service` of the project.
The second one only moves the result to its place. What fails between and in it is put back; see
`whole.py`. So a failure leaves no half-written service, and a folder that was there before stays as it was.
"""

import contextlib
import json
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nb2service import places
from nb2service.answers import understand
from nb2service.card import card_of, print_card, progress
from nb2service.errors import Nb2serviceError
from nb2service.measured import measured
from nb2service.pipeline import extract
from nb2service.recorded import FILE, plain_answers, write_recorded
from nb2service.scratch import compared_service, leave_out
from nb2service.template_check import check_template
from nb2service.whole import STAGE, guard, keep, let_go, restore
from nb2service.writing.fill import fill
from nb2service.writing.lock import Lock

# Left in a checkout by working on the template; no part of a service.
_LITTER = ("__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".venv")


def pre_gen(answers: Mapping[str, Any]) -> int:
    """Extract the notebook into the project's folder `.nb2service`; return the exit status.

    The working directory is the project's folder, empty if it is new.
    """
    stage = Path.cwd() / STAGE
    service = compared_service(answers, Path.cwd())
    if service is not None:
        stage.mkdir()
        told = {"library": str(places.PACKAGE.parent), "compared": str(service)}
        (stage / "handover.json").write_text(json.dumps(told), encoding="utf-8")
        return 0
    done = False
    try:
        repair_link(places.root())
        asked = understand(answers)
        restore(Path.cwd(), folder=False)  # what a generation that was killed left behind
        shutil.rmtree(stage, ignore_errors=True)
        names = check_template(answers)
        with progress(asked.notebook.name) as watch:
            outcome = extract(
                asked.notebook,
                asked.kernel,
                stage,
                watch,
                run_notebook=asked.run_notebook,
                accelerate=asked.accelerate,
                notebook_page=asked.notebook_page,
            )
        handover = {
            "library": str(places.PACKAGE.parent),
            "report": card_of(asked, outcome),
            "lock": vars(outcome.lock),
            "python": outcome.minor,
            "measured": outcome.proof.measured and vars(outcome.proof.measured),
            "answers": plain_answers(answers, asked, Path.cwd()),
            "own": [name for name in _LITTER if Path(name).exists()],
        }
        (stage / "handover.json").write_text(json.dumps(handover), encoding="utf-8")
        keep(Path.cwd(), [*names, FILE])
        guard(Path.cwd(), os.getppid())
        done = True
    except Nb2serviceError as error:
        print(f"\n{error}\n", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; nothing was written.", file=sys.stderr)
        shutil.rmtree(stage, ignore_errors=True)
        # Ctrl-C ends Cookiecutter too, which then leaves the new folder behind. One with files stays.
        with contextlib.suppress(OSError):
            Path.cwd().rmdir()
        return 130
    finally:
        if not done:
            shutil.rmtree(stage, ignore_errors=True)
    return 0


def post_gen(handover: Mapping[str, Any]) -> int:
    """Move the extraction to its place, fill in what depends on it and show the result card."""
    project = Path.cwd()
    if "compared" in handover:
        leave_out(project, Path(handover["compared"]))
        _remove_litter(project, ())
        shutil.rmtree(project / STAGE)
        return 0
    try:
        _finish(project, handover)
    except BaseException:
        restore(project)
        raise
    print_card(handover["report"])
    return 0


def _finish(project: Path, handover: Mapping[str, Any]) -> None:
    """Make a service of the copied template and the extraction."""
    stage = project / STAGE
    (project / "model").replace(stage / "toy")
    (stage / "model").replace(project / "model")
    contract = json.loads((project / "model" / "contract.json").read_text(encoding="utf-8"))
    lock, found = Lock(**handover["lock"]), measured(handover.get("measured"))
    fill(project, contract, lock, handover["python"], found)
    write_recorded(project, handover["answers"])
    _remove_litter(project, handover["own"])
    let_go(project)
    shutil.rmtree(stage)


def repair_link(root: Path) -> None:
    """Mend the link to `template/` where it became a text file: in a zip, or without symlinks.

    Cookiecutter has found the entry by its name already, and enters it after this hook.
    """
    link = root / places.LINK
    if link.is_dir() or not (root / "template").is_dir():
        return
    if link.is_file():
        link.unlink()
    try:
        link.symlink_to("template", target_is_directory=True)
    except OSError:  # Windows, without the right to make links
        shutil.copytree(root / "template", link)


def _remove_litter(project: Path, own: Sequence[str]) -> None:
    """Remove caches that came with the template; not those of a service that was there before."""
    for folder, names, _ in os.walk(project):
        for name in [n for n in names if n in _LITTER]:
            names.remove(name)
            path = Path(folder, name)
            if not path.is_symlink() and not (path.parent == project and name in own):
                shutil.rmtree(path)
