"""The answers that Cookiecutter hands to the hooks, and the paths in them."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb2service import places
from nb2service.errors import Nb2serviceError

_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Answers:
    """What was asked for.

    Attributes:
        notebook: the absolute path of the notebook.
        kernel: the name of a kernel or the path of an interpreter; `""` for the notebook's own.
        name: the name of the service.
        slug: the name of its folder.
        run_notebook: whether the whole notebook runs, or only what predict needs.
        accelerate: whether faster methods stand before those of artifacts, where they answer the same.
        notebook_page: whether the notebook comes along as a page to read.
    """

    notebook: Path
    kernel: str
    name: str
    slug: str
    run_notebook: bool = True
    accelerate: bool = True
    notebook_page: bool = True


def understand(answers: Mapping[str, Any]) -> Answers:
    """Make sense of the answers.

    Raises:
        Nb2serviceError: the slug is no name for a folder, a path could mean two files, or an answer is
            neither yes nor no.
    """
    slug = str(answers["project_slug"])
    if not _SLUG.fullmatch(slug):
        raise Nb2serviceError(
            f"project_slug {slug!r}",
            "is no name for a folder",
            "Use letters, digits, dots, - and _; start with a letter or a digit.",
        )
    kernel = str(answers.get("kernel", ""))
    if "/" in kernel or "\\" in kernel:
        kernel = str(_find(kernel, answers))
    return Answers(
        notebook=_find(str(answers["notebook"]), answers),
        kernel=kernel,
        name=str(answers["project_name"]),
        slug=slug,
        run_notebook=_yes_or_no("run_notebook", answers.get("run_notebook", "yes")),
        accelerate=_yes_or_no("accelerate", answers.get("accelerate", "yes")),
        notebook_page=_yes_or_no("notebook_page", answers.get("notebook_page", "yes")),
    )


def _yes_or_no(question: str, answer: Any) -> bool:
    """What an answer means; YAML makes True and False of yes and no."""
    known = {"yes": True, "no": False, "true": True, "false": False}
    given = str(answer).strip().lower()
    if given not in known:
        raise Nb2serviceError(
            f"{question} {str(answer)!r}",
            "is neither yes nor no",
            f"Write {question}=no or nothing.",
        )
    return known[given]


def _find(written: str, answers: Mapping[str, Any]) -> Path:
    """The absolute path of a file that the user names from where they stand.

    A hook runs in the new project, and Cookiecutter tells it the output folder only; the shell's PWD
    is where the user stands, if a shell started Cookiecutter. The example that is the default lies
    with the template, wherever the user stands.
    """
    path = Path(written).expanduser()
    if path.is_absolute():
        return path
    example = places.root() / path
    if written == _default_notebook() and example.exists():
        return example
    output = Path(str(answers.get("_output_dir") or ".."))
    shell = Path(os.environ.get("PWD", output))
    near = [folder / path for folder in (output, shell) if (folder / path).exists()]
    if len(near) == 2 and not near[0].samefile(near[1]):
        raise Nb2serviceError(
            written,
            f"could be {near[0]} or {near[1]}",
            "Give the whole path.",
        )
    return (near[0] if near else shell / path).absolute()


def _default_notebook() -> str:
    questions = json.loads((places.root() / "cookiecutter.json").read_text(encoding="utf-8"))
    return str(questions["notebook"])
