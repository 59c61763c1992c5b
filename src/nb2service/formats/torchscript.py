"""A TorchScript module in its own archive: it needs no code of the notebook, and is no pickle."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path
from typing import Any

NAME = "torchscript"
SUFFIX = ".pt"

# Which lines of which files the code came from, and a hash over that: paths of the notebook's machine.
_OF_THE_NOTEBOOK = (".debug_pkl", ".data/serialization_id")


def claims(value: object) -> bool:
    """Say whether the value is a scripted or traced module."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.jit.ScriptModule)


def requires(value: object) -> list[str]:
    """Name the distributions that loading needs besides the one that defines the value's class."""
    return ["torch"]


def save(value: object, path: str | Path) -> dict[str, Any]:
    """Write the module to path and return the state that load needs besides the file."""
    import torch

    archive = io.BytesIO()
    torch.jit.save(value, archive)
    with zipfile.ZipFile(archive) as whole, zipfile.ZipFile(path, "w") as kept:
        for entry in whole.infolist():
            if not entry.filename.endswith(_OF_THE_NOTEBOOK):
                # A new entry has no time of its own; torch wants its records uncompressed.
                kept.writestr(zipfile.ZipInfo(entry.filename), whole.read(entry))
    return {}


def load(data: bytes, state: dict[str, Any]) -> Any:
    """Return the module from the bytes of its file, on the CPU wherever it was trained."""
    import torch

    return torch.jit.load(io.BytesIO(data), map_location="cpu")
