"""Load the extracted code anew, without a memory of what it was asked before."""

import ast
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from service.records.inputs import Predict

_WRITES = {"add", "setdefault", "update"}


def reload_predict(function: str, model: Path) -> Predict:
    """Return predict of model/predict.py; that file and the user's own modules run once more."""
    beside = str(model / "modules")
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None) or ""
        if name == "model.predict" or file.startswith(beside):
            del sys.modules[name]
    predict: Predict = getattr(import_module("model.predict"), function)
    return predict


def empty_shared(model: Path) -> list[str]:
    """Empty what model/predict.py keeps between calls, as it is loaded now, and return the names.

    A cache that the notebook filled came along as it was; one that is keyed well does without. So
    these are the dicts and sets of the module that its functions write to; a list may be a buffer.
    """
    module = sys.modules.get("model.predict")
    tree = ast.parse((model / "predict.py").read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    written = {name for function in functions for name in _written(function)}
    held = {name: getattr(module, name, None) for name in sorted(written)}
    filled = {n: v for n, v in held.items() if v and isinstance(v, (dict, set))}
    for value in filled.values():
        value.clear()
    return list(filled)


def _written(function: ast.FunctionDef) -> Iterator[str]:
    """Return the names whose content a function changes; some may be its own."""
    for node in ast.walk(function):
        if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            changed = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            changed = node.func.value if node.func.attr in _WRITES else node
        else:
            continue
        if isinstance(changed, ast.Name):
            yield changed.id
