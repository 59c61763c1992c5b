"""Load an artifact: read it once, compare its SHA-256 with the contract, and only then open those bytes."""

import hashlib
import json
from importlib import import_module
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


class ArtifactError(Exception):
    """An artifact that cannot be trusted or opened; the text says which, why, and what to do."""


def load(name: str) -> Any:
    """Return the value that was saved as model/artifacts/<name>.

    Raises ArtifactError when the file is missing, differs from the contract, or does not open.
    """
    place = f"model/artifacts/{name}"
    contract = json.loads((FOLDER / "contract.json").read_text(encoding="utf-8"))
    entry = contract["artifacts"].get(name)
    if entry is None:
        raise ArtifactError(f"{place}: model/contract.json does not list it; extract the notebook again")
    try:
        data = (FOLDER / "artifacts" / name).read_bytes()
    except OSError as error:
        raise ArtifactError(f"{place}: cannot be read ({error.strerror}); extract the notebook again") from error
    found = hashlib.sha256(data).hexdigest()
    if found != entry["sha256"]:
        raise ArtifactError(
            f"{place}: changed since it was extracted (SHA-256 {found[:12]}…, "
            f"the contract says {entry['sha256'][:12]}…); extract the notebook again"
        )
    try:
        return import_module(f"model.formats.{entry['format']}").load(data, entry["state"])
    except Exception as error:
        raise ArtifactError(
            f"{place}: does not open as {entry['type']} ({type(error).__name__}: {error}); "
            "install the exact versions in model/requirements.txt"
        ) from error
