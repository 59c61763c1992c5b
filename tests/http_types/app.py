"""Serve one app for each case under a path of its own; gunicorn loads this."""

import os
import sys
import types
from pathlib import Path
from typing import Any

import service.predictor
from service.app import build_app
from service.contract import read_contract
from service.predictor import Predictor, StartError
from service.settings import Settings
from werkzeug.middleware.dispatcher import DispatcherMiddleware


def load(folder: Path) -> Any:
    """The app of a case: its predict and its contract, proven on its examples as at every start."""
    module = types.ModuleType(f"case_{folder.name}")
    sys.modules[module.__name__] = module
    exec((folder / "predict.py").read_text(encoding="utf-8"), vars(module))
    contract = read_contract(folder / "contract.json")
    service.predictor._load_predict = lambda function: vars(module)[function]
    predictor = Predictor(contract)
    try:
        predictor.start()
    except StartError as error:  # the others shall be asked all the same
        predictor.problem = str(error)
    return build_app(predictor, Settings())


folders = sorted(path for path in Path(os.environ["CASES"]).iterdir() if path.is_dir())
apps = {f"/{folder.name}": load(folder) for folder in folders}
app = DispatcherMiddleware(next(iter(apps.values())), apps)
