"""The recorded answers: what a service was generated with, in its file `.nb2service.json`.

Paths in it count from the service's folder, so that it means the same in every checkout.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb2service.answers import Answers, understand
from nb2service.errors import Nb2serviceError
from nb2service.version import commit, version

FILE = ".nb2service.json"
_CRUFT = ".cruft.json"


@dataclass(frozen=True)
class Recorded:
    """The answers of a service.

    Attributes:
        asked: the answers, with absolute paths.
        plain: all answers to the template's questions as they are recorded.
    """

    asked: Answers
    plain: Mapping[str, str]

    @property
    def is_here(self) -> bool:
        """Whether the notebook is where it was recorded."""
        return self.asked.notebook.is_file()


def plain_answers(answers: Mapping[str, Any], asked: Answers, project: Path) -> dict[str, str]:
    """Return the answers as they are recorded: without private ones, and paths from the project."""
    plain = {key: str(value) for key, value in answers.items() if not key.startswith("_")}
    plain["notebook"] = _from(asked.notebook, project)
    if _is_path(asked.kernel):
        plain["kernel"] = _from(Path(asked.kernel), project)
    return plain


def write_recorded(project: Path, plain: Mapping[str, str]) -> None:
    """Write the file."""
    (project / FILE).write_text(recorded_text(plain), encoding="utf-8")


def recorded_text(plain: Mapping[str, str]) -> str:
    """Return the text of the file."""
    made = {"version": version(), **({"commit": commit()} if commit() else {})}
    told = {"nb2service": made, "answers": dict(plain)}
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def read_recorded(project: Path, given: Mapping[str, str]) -> Recorded:
    """Read the answers of a service; those that are given now, with paths from here, come first.

    Raises:
        Nb2serviceError: nothing is recorded, or no notebook.
    """
    plain = {**_read(project, given), **given}
    at_project = {key: value for key, value in plain.items() if key not in given}
    absolute = {**plain}
    for key in ("notebook", "kernel"):
        if key == "notebook" or _is_path(plain.get(key, "")):
            start = project if key in at_project else Path.cwd()
            absolute[key] = os.path.normpath(start / Path(plain[key]).expanduser())
    asked = understand(
        {"project_name": project.name, "project_slug": project.name, "kernel": "", **absolute}
    )
    return Recorded(asked, plain_answers(plain, asked, project))


def _read(project: Path, given: Mapping[str, str]) -> dict[str, str]:
    for name in (FILE, _CRUFT):
        try:
            told = json.loads((project / name).read_text(encoding="utf-8"))
            answers = told["answers"] if name == FILE else told["context"]["cookiecutter"]
            return {k: str(v) for k, v in answers.items() if not k.startswith("_")}
        except FileNotFoundError:
            continue
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Nb2serviceError(
                str(project / name),
                f"cannot be read ({type(error).__name__}: {error})",
                "Take it from an earlier commit of the service.",
            ) from None
    if "notebook" not in given:
        raise Nb2serviceError(
            str(project),
            f"has no {FILE}, so its notebook is unknown",
            f"Name it: nb2service sync {project} notebook=PATH",
        )
    return {}


def _is_path(kernel: str) -> bool:
    return "/" in kernel or "\\" in kernel


def _from(path: Path, project: Path) -> str:
    """Return a path from the project; its name alone where they share no folder but the root."""
    try:
        here, there = os.path.realpath(project), os.path.realpath(path.parent)
        shared = os.path.commonpath([here, there])
    except ValueError:  # two drives
        return path.name
    if os.path.dirname(shared) == shared:
        return path.name
    return Path(os.path.relpath(Path(there, path.name), here)).as_posix()
