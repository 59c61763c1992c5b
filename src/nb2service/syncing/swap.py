"""Swap: a service gets its new model, whole or not at all."""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nb2service.measured import Measured
from nb2service.recorded import FILE, recorded_text
from nb2service.whole import STAGE, guard, keep, let_go, restore
from nb2service.writing.fill import fill_marked
from nb2service.writing.lock import Lock
from nb2service.writing.write import write_checksums

HISTORY = "history.json"
# What a sync may write, and nothing else.
_WRITTEN = (
    "model",
    "requirements.txt",
    "requirements-dev.txt",
    ".python-version",
    "Dockerfile",
    "README.md",
    "deploy",
    FILE,
)


def swap(
    service: Path,
    contract: Mapping[str, Any],
    lock: Lock,
    python: str,
    plain: Mapping[str, str],
    found: Measured | None = None,
) -> list[str]:
    """Put the staged model into the service, with all that depends on it.

    Args:
        service: the service; its stage holds the new `model/`.
        contract: the new contract.
        lock: the locks.
        python: the version of the model's Python, e.g. `3.11`.
        plain: the answers, as they are recorded.
        found: what was measured; None where nothing could be.

    Returns:
        The files that have no place for what is filled in, and stay as they are.
    """
    stage, watching = service / STAGE, None
    try:
        keep(service, _WRITTEN)
        watching = guard(service, os.getpid())
        (service / "model").replace(stage / "old")
        (stage / "model").replace(service / "model")
        for name, text in (
            ("requirements.txt", lock.service),
            ("requirements-dev.txt", lock.dev),
            (".python-version", f"{python}\n"),
            (FILE, recorded_text(plain)),
        ):
            (service / name).write_text(text, encoding="utf-8")
        left = fill_marked(service, contract, python, found)
        let_go(service)
    except BaseException:
        restore(service)
        raise
    finally:
        if watching is not None:
            watching.wait()
    shutil.rmtree(stage, ignore_errors=True)
    return left


def write_history(
    model: Path, old: Path, contract: Mapping[str, Any], changed: Sequence[str]
) -> None:
    """Write `history.json` into the new model: that of the old one, and what changed now.

    It holds no time: two syncs of the same notebooks give the same bytes.
    """
    entries = read_history(old)
    provenance = contract["provenance"]
    entry = {
        "model_version": contract["model_version"],
        "notebook": provenance["notebook"],
        "notebook_sha256": provenance["notebook_sha256"],
        "changed": list(changed),
    }
    text = json.dumps([*entries, entry], indent=1, ensure_ascii=False)
    (model / HISTORY).write_text(text + "\n", encoding="utf-8")
    write_checksums(model)


def read_history(model: Path) -> list[dict[str, Any]]:
    """Read the history of a model; one that was never synced has its first version."""
    try:
        return list(json.loads((model / HISTORY).read_text(encoding="utf-8")))
    except FileNotFoundError:
        pass
    contract = json.loads((model / "contract.json").read_text(encoding="utf-8"))
    told = {key: contract["provenance"].get(key) for key in ("notebook", "notebook_sha256")}
    first = {"model_version": contract["model_version"], **told, "changed": ["generated"]}
    return [first]
