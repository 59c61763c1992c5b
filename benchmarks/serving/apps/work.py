"""The model of a work, as somebody would load it who writes a service by hand."""

import json
import os
from pathlib import Path

import joblib
import numpy as np
import pandas as pd

FOLDER = Path(os.environ["BENCH_WORK"])
KIND = os.environ["BENCH_KIND"]  # what predict takes: array, frame or record
EXAMPLE = json.loads((FOLDER / "rows.json").read_text())[0]
FEATURES = list(EXAMPLE)


def load():
    """Return the fitted model, which uses one thread: workers use the CPUs."""
    return joblib.load(FOLDER / "model.joblib")


def answer(model, records):
    """Return the probability of each record."""
    if KIND == "record":
        return [float(model.predict_proba(pd.DataFrame([r])[FEATURES])[0, 1]) for r in records]
    if KIND == "frame":
        rows = pd.DataFrame(records, columns=FEATURES)
    else:
        rows = np.array([[record[name] for name in FEATURES] for record in records])
    return model.predict_proba(rows)[:, 1].tolist()
