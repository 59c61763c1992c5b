"""Load the extracted code anew, without a memory of what it was asked before."""

import sys
from importlib import import_module
from pathlib import Path

from service.inputs import Predict


def load_afresh(function: str, model: Path) -> Predict:
    """Return predict of model/predict.py; that file and the user's own modules run once more."""
    beside = str(model / "modules")
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None) or ""
        if name == "model.predict" or file.startswith(beside):
            del sys.modules[name]
    predict: Predict = getattr(import_module("model.predict"), function)
    return predict
