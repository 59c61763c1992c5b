"""Write the notebooks of the works: `python benchmarks/serving/notebooks.py`."""

from pathlib import Path

import nbformat

HERE = Path(__file__).parent / "notebooks"
SAVE = """\
import joblib

joblib.dump(model, "model.joblib", protocol=5)
X_test.to_json("rows.json", orient="records", double_precision=15)
"""
NUMBERS = """\
import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

rng = np.random.default_rng(11)
X = pd.DataFrame(rng.normal(size=(6000, 30)).round(4), columns=[f"sensor_{i:02}" for i in range(30)])
y = (X["sensor_00"] + X["sensor_01"] * X["sensor_02"] + rng.normal(0, 0.7, len(X)) > 0).astype(int)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=11)
"""
CHURN = """\
import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

rng = np.random.default_rng(20)
n = 6000
X = pd.DataFrame(
    {
        "tenure": rng.integers(1, 73, n),
        "monthly": rng.normal(65, 25, n).round(2),
        "total": rng.gamma(2, 900, n).round(2),
        "calls": rng.integers(0, 9, n),
        "usage": rng.random(n).round(4),
        "contract": rng.choice(["month-to-month", "one year", "two years"], n, p=[0.55, 0.25, 0.2]),
        "payment": rng.choice(["card", "transfer", "check", "electronic"], n),
        "internet": rng.choice(["fiber", "dsl", "none"], n),
    }
)
log_odds = (
    1.4 * (X["contract"] == "month-to-month") + 0.02 * X["monthly"] - 0.06 * X["tenure"]
    + 0.5 * (X["internet"] == "fiber") + 0.2 * X["calls"] - 1.5
)
y = (rng.random(n) < 1 / (1 + np.exp(-log_odds))).astype(int)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=20)
"""
M1 = """\
from xgboost import XGBClassifier

model = XGBClassifier(n_estimators=100, max_depth=6, random_state=1, n_jobs=1)
model.fit(X_train.to_numpy(), y_train)
"""
M2 = """\
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

model = make_pipeline(StandardScaler(), RandomForestClassifier(100, random_state=1, n_jobs=1))
model.fit(X_train.to_numpy(), y_train)
"""
M3 = """\
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from xgboost import XGBClassifier

numbers, texts = ["tenure", "monthly", "total", "calls", "usage"], ["contract", "payment", "internet"]
columns = ColumnTransformer(
    [("numbers", StandardScaler(), numbers), ("texts", OneHotEncoder(handle_unknown="ignore"), texts)]
)
model = make_pipeline(columns, XGBClassifier(n_estimators=100, max_depth=6, random_state=1, n_jobs=1))
model.fit(X_train, y_train)
"""
BIG = """\
from sklearn.ensemble import RandomForestClassifier

# Labels by chance let the trees grow until they know every row.
rows = pd.DataFrame(rng.normal(size=(40000, 10)), columns=[f"sensor_{i:02}" for i in range(10)])
model = RandomForestClassifier(90, random_state=1, n_jobs=2)
model.fit(rows.to_numpy(), rng.integers(0, 2, len(rows)))
model.n_jobs = 1
X_test = rows.head(1000)
"""
ARRAY = "#| predict\nprobability = model.predict_proba(X_test.to_numpy())[:, 1]"
FRAME = "#| predict\nprobability = model.predict_proba(X_test)[:, 1]"
CHURN_MODEL = """\
from xgboost import XGBClassifier

FEATURES = ["tenure", "monthly", "total", "calls", "usage"]
X_test = X_test[FEATURES]
model = XGBClassifier(n_estimators=100, max_depth=3, learning_rate=0.06, random_state=20, n_jobs=1)
model.fit(X_train[FEATURES], y_train)
"""
RECORD = """\
#| predict
def predict(payload):
    row = pd.DataFrame([payload])[FEATURES]
    return {"probability": float(model.predict_proba(row)[0, 1])}
"""
ASK = "[predict(record) for record in X_test.head(20).to_dict('records')]"
NOTEBOOKS = {
    "M1": [NUMBERS, M1, SAVE, ARRAY],
    "M2": [NUMBERS, M2, SAVE, ARRAY],
    "M3": [CHURN, M3, SAVE, FRAME],
    "M4": [CHURN, CHURN_MODEL, SAVE, RECORD, ASK],
    "big": [NUMBERS, BIG, SAVE, ARRAY],
}


def main() -> None:
    """Write all of them."""
    for name, sources in NOTEBOOKS.items():
        cells = [
            nbformat.v4.new_code_cell(text.rstrip(), id=f"{name}-{at}")
            for at, text in enumerate(sources)
        ]
        book = nbformat.v4.new_notebook(cells=cells)
        book.metadata["kernelspec"] = {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
        nbformat.write(book, HERE / f"{name}.ipynb")


if __name__ == "__main__":
    main()
