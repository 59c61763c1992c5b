"""Files that are read at each request: they lie beside the notebook, not in the service."""

import ast
import re
from collections.abc import Iterator

from nb2service.checking.calls import calls
from nb2service.checking.findings import Finding, at
from nb2service.checking.survey import Part, Survey

NAME = "files"
_READS = re.compile(
    r"open|io\.open|gzip\.open|bz2\.open|lzma\.open|zipfile\.ZipFile|pandas\.read_\w+|polars\.read_\w+|"
    r"numpy\.(?:load|loadtxt|genfromtxt|fromfile)|joblib\.load|torch\.load|torch\.jit\.load|"
    r"(?:pathlib\.Path|\*)\.(?:read_text|read_bytes)|pathlib\.Path\.open|"
    r"(?:tensorflow\.)?keras\.models\.load_model|.*\.load_model|cv2\.imread|PIL\.Image\.open|"
    r"os\.listdir|os\.scandir|glob\.i?glob|scipy\.io\.loadmat|h5py\.File"
)
# What gives a file no name on the disk.
_IN_MEMORY = ("io.", "urllib.", "requests.")
_REMEDY = (
    "Read it once, above the function, into a name: it comes along. Or read it in a cell marked `setup`: "
    "then the file comes along."
)


def find(survey: Survey) -> Iterator[Finding]:
    """Find what reads files in code that answers requests."""
    for part in survey.served:
        if part.when == "request":
            yield from _reads(survey, part)


def _reads(survey: Survey, part: Part) -> Iterator[Finding]:
    local = {n.id for n in ast.walk(part.node) if isinstance(n, ast.Name) and _stores(n)}
    local |= {a.arg for a in ast.walk(part.statement.node) if isinstance(a, ast.arg)}
    for call, name in calls(part.node, survey.imports):
        first = call.args[0] if call.args else None
        if not _READS.fullmatch(name) or _writes(call) or _in_memory(survey, first):
            continue
        if first is None:
            first = call.func
        names = {n.id for n in ast.walk(first) if isinstance(n, ast.Name)}
        shown = ast.unparse(call)[:60]
        if names & local and not any(isinstance(n, ast.Constant) for n in ast.walk(first)):
            fact = f"`{shown}` reads a file at each request, under a name that is found out there"
            yield at(NAME, "warning", survey.notebook, part.statement, call.lineno, fact, _REMEDY)
        else:
            fact = f"`{shown}` reads a file at each request, which does not come along"
            yield at(NAME, "error", survey.notebook, part.statement, call.lineno, fact, _REMEDY)


def _stores(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def _writes(call: ast.Call) -> bool:
    mode = [a for a in call.args[1:2] if isinstance(a, ast.Constant)]
    mode += [
        k.value for k in call.keywords if k.arg == "mode" and isinstance(k.value, ast.Constant)
    ]
    return any(isinstance(m.value, str) and m.value[:1] in ("w", "a", "x") for m in mode)


def _in_memory(survey: Survey, first: ast.expr | None) -> bool:
    found = [name for _, name in calls(first, survey.imports)] if first is not None else []
    return any(name.startswith(_IN_MEMORY) for name in found)
