"""Read the contract of a generated service."""

import json
from pathlib import Path
from typing import Any

from nb2service.errors import Nb2serviceError

Contract = dict[str, Any]


def read_contract(path: Path) -> Contract:
    """The contract in a service's folder, in its `model/`, or in the file itself.

    Raises:
        Nb2serviceError: there is none, or it is no contract.
    """
    places = [path, path / "contract.json", path / "model" / "contract.json"]
    file = next((place for place in places if place.is_file()), None)
    if file is None:
        raise Nb2serviceError(
            str(path),
            "has no model/contract.json",
            "Name the folder of a generated service, or a contract.json.",
        )
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        known = "properties" in found["$defs"]["record"] and "predict" in found
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _no_contract(file, f"{type(error).__name__}: {error}") from None
    if not known:
        raise _no_contract(file, "it has no record or no predict")
    return dict(found)


def _no_contract(file: Path, why: str) -> Nb2serviceError:
    return Nb2serviceError(
        str(file), f"is no contract ({why})", "Extract the notebook again: nb2service new NOTEBOOK"
    )
