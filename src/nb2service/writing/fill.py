"""Fill in: the few places outside `model/` that depend on the notebook."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nb2service.measured import Measured
from nb2service.writing.deploy import copy_deploy, fill_deploy, lines_of
from nb2service.writing.lock import Lock
from nb2service.writing.origin import origin
from nb2service.writing.port import fill_port, port_of

_EXAMPLE = re.compile(r"(<!-- example -->\n).*?(<!-- /example -->)", re.DOTALL)
_MEMORY = re.compile(r"(<!-- memory -->\n).*?(<!-- /memory -->)", re.DOTALL)
_ORIGIN = re.compile(r"(<!-- origin -->\n).*?(<!-- /origin -->)", re.DOTALL)
_PYTHON = re.compile(r"^ARG PYTHON_VERSION=.*$", re.MULTILINE)


def places_to_fill(project: Path) -> Iterator[tuple[str, str, int]]:
    """Give the files with a place that `fill` replaces, its words, and how often it is there.

    Places that a README may do without are given only where they are.
    """
    for name, words, pattern, needed in (
        ("Dockerfile", "line `ARG PYTHON_VERSION=…`", _PYTHON, True),
        ("README.md", "`<!-- example -->` … `<!-- /example -->`", _EXAMPLE, True),
        ("README.md", "`<!-- origin -->` … `<!-- /origin -->`", _ORIGIN, False),
        ("README.md", "`<!-- memory -->` … `<!-- /memory -->`", _MEMORY, False),
    ):
        if (count := len(pattern.findall(_text(project / name)))) or needed:
            yield name, words, count


def fill(
    project: Path,
    contract: Mapping[str, Any],
    lock: Lock,
    python: str,
    found: Measured | None = None,
) -> None:
    """Fill in the port, the locks, the version of Python, the README's example and what was measured.

    Args:
        project: the folder of the service.
        contract: its contract.
        lock: the locked requirements.
        python: e.g. `3.11`.
        found: what was measured; None where nothing could be.
    """
    fill_port(project)
    (project / "requirements.txt").write_text(lock.service, encoding="utf-8")
    (project / "requirements-dev.txt").write_text(lock.dev, encoding="utf-8")
    (project / ".python-version").write_text(f"{python}\n", encoding="utf-8")
    if left := fill_marked(project, contract, python, found):
        raise RuntimeError(f"{left[0]}: expected one place to fill in")


def fill_marked(
    project: Path, contract: Mapping[str, Any], python: str, found: Measured | None = None
) -> list[str]:
    """Fill in the marked places of Dockerfile, README and deploy/; return the files that lack theirs.

    Services that were generated before have no place for memory and origin in theirs.
    """
    readme = project / "README.md"
    _replace(readme, _MEMORY, rf"\g<1>{memory_told(found)}\n\g<2>")
    if _ORIGIN.search(_text(readme)):  # as it asks more of a contract than the others do
        _replace(readme, _ORIGIN, rf"\g<1>{_literal(origin(contract))}\n\g<2>")
    fill_deploy(project, lines_of(found))
    block = f"```sh\n{curl(contract, port_of(project))}\n```\n```json\n{answer(contract)}\n```\n"
    filled = {
        "Dockerfile": (_PYTHON, f"ARG PYTHON_VERSION={python}"),
        "README.md": (_EXAMPLE, rf"\g<1>{_literal(block)}\g<2>"),
    }
    return [name for name, by in filled.items() if not _replace(project / name, *by)]


def copy_measured(project: Path, service: Path) -> None:
    """Say in a project what a service says that was measured of it."""
    if there := _MEMORY.search(_text(service / "README.md")):
        _replace(project / "README.md", _MEMORY, _literal(there[0]))
    copy_deploy(project, service)


def memory_told(found: Measured | None) -> str:
    """What the README says of memory, in steps so coarse that the next measurement says the same."""
    if found is None:
        return "Memory was not measured: that needs Linux."
    one, two, four = map(found.mebibytes, (1, 2, 4))
    return (
        f"Memory, measured when this was generated: about {one} MiB with one worker, {two} with two, "
        f"{four} with four. Large requests take more."
    )


def curl(contract: Mapping[str, Any], port: int | str = 8080) -> str:
    """The command that asks for the first example; the service's own `make run` prints the same."""
    record = json.dumps(contract["examples"][0]["record"], ensure_ascii=False)
    body = shlex.quote(record)
    return f"curl localhost:{port}/predict -H 'content-type: application/json' -d {body}"


def answer(contract: Mapping[str, Any]) -> str:
    """What the service answers to `curl`."""
    given = contract["examples"][0]["answer"]
    predict = contract["predict"]
    body = (
        dict(given)
        if isinstance(given, dict) and not predict.get("classes")
        else {predict["answer_name"]: given}
    )
    body.setdefault("model_version", contract["model_version"])
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _replace(path: Path, pattern: re.Pattern[str], by: str) -> bool:
    """Replace the one place; return whether there is one."""
    text = _text(path)
    filled, count = pattern.subn(by, text)
    if count == 1 and filled != text:
        path.write_text(filled, encoding="utf-8")
    return count == 1


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _literal(text: str) -> str:
    """Text for the right side of `re.sub`, where a backslash means more than itself."""
    return text.replace("\\", "\\\\")
