"""Paths that only one machine has: absolute ones, and those of Colab and Kaggle."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from nb2service.checking.calls import strings
from nb2service.checking.findings import Finding, at
from nb2service.checking.survey import Part, Survey

NAME = "paths"
_OWNER = (
    (re.compile(r"/content/"), "a path on Colab"),
    (re.compile(r"/kaggle/|(?:\.\./)+input/"), "a path on Kaggle"),
    (re.compile(r"/dbfs/|dbfs:/"), "a path on Databricks"),
    (
        re.compile(
            r"[A-Za-z]:[\\/](?!/)|\\\\\w|/(?:Users|home|mnt|media|root|data|tmp|srv|opt)/|~/"
        ),
        "a path that only one machine has",
    ),
)
_REMEDY = "Put the file beside the notebook, and name it relative to the notebook's folder."


def find(survey: Survey) -> Iterator[Finding]:
    """Find such paths in what is served, and in what makes it."""
    for part in (*survey.served, *survey.making):
        for text in strings(part.node):
            whose = _whose(survey.notebook.path.parent, str(text.value))
            if whose:
                yield _finding(survey, part, text, whose)


def _whose(folder: Path, text: str) -> str:
    if "\n" in text or len(text) > 250:
        return ""
    for pattern, whose in _OWNER:
        if pattern.match(text):
            relative = text.startswith("..")
            return "" if relative and (folder / text).exists() else whose
    return ""


def _finding(survey: Survey, part: Part, text: ast.Constant, whose: str) -> Finding:
    path = str(text.value)
    if part.when != "notebook":
        fact = f"what is served names {path}, {whose}"
        return at(NAME, "error", survey.notebook, part.statement, text.lineno, fact, _REMEDY)
    fact = f"what is served is made from {path}, {whose}"
    if Path(path).expanduser().exists():
        return at(NAME, "warning", survey.notebook, part.statement, text.lineno, fact, _REMEDY)
    fact += ", and it is not here"
    return at(NAME, "error", survey.notebook, part.statement, text.lineno, fact, _REMEDY)
