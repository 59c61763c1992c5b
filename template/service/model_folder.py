"""Where model/ lies: beside service/, or in the folder that MODEL_DIR names."""

import importlib.util
import os
import sys
from pathlib import Path

OWN = Path(__file__).resolve().parent.parent / "model"


def model_folder() -> Path:
    """Return the folder; one that is elsewhere is the package `model` from now on.

    Nothing may have imported the package yet.
    """
    given = os.environ.get("MODEL_DIR", "").strip()
    if not given or Path(given).resolve() == OWN:
        return OWN
    folder = Path(given).resolve()
    if getattr(sys.modules.get("model"), "__path__", None) == [str(folder)]:
        return folder
    spec = importlib.util.spec_from_file_location(
        "model", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is not None and spec.loader is not None and (folder / "__init__.py").is_file():
        package = sys.modules["model"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(package)
    return folder  # without a package in it, the contract says what is missing
