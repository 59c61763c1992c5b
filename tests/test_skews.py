"""Seeded skews and states are found by the real prover, with their cause; clean code is left in peace.

The notebook is played here: its code answers recorded calls, then drawn records, in that order. The
prover then gets the code and the answers, as it does from a kernel.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from nb2service.contract.inference import Call
from nb2service.pipeline import extract
from nb2service.proving.causes import causes
from nb2service.proving.draw import draw
from nb2service.proving.prove import PARITY, SKEW, STATE, Proof, Prover
from nb2service.proving.words import explanation, sentences
from nb2service.running.kernels import Kernel
from support import service_modules, write_extraction

GOLDEN = Path(__file__).parent / "golden"
KERNEL = Kernel("this one", (sys.executable,), {}, "for a test")

# What predict is asked, by what it takes.
TABLE = [
    [{"age": 20.0, "port": "C"}, {"age": 41.5, "port": "A"}, {"age": 63.0, "port": "B"}],
    [{"age": 35.0, "port": "A"}],
]
HOLES = [[{"age": None, "port": "A"}, {"age": 30.0, "port": "B"}, {"age": 50.0, "port": "A"}]]
RECORDS = [[{"a": 1.25, "b": 10.5, "city": "Bonn"}], [{"a": 7.5, "b": 3.0, "city": "Rome"}]]

FOUND = [
    pytest.param(
        """
        import pandas as pd
        def predict(df):
            return pd.get_dummies(df["port"]).iloc[:, 0] * 1.0 + df["age"]
        """,
        TABLE,
        SKEW,
        "pd.get_dummies in cell 1, line 4 sees only the rows of the request",
        id="get_dummies",
    ),
    pytest.param(
        """
        from sklearn.preprocessing import StandardScaler
        def predict(df):
            return StandardScaler().fit_transform(df[["age"]])[:, 0]
        """,
        TABLE,
        SKEW,
        "StandardScaler().fit_transform in cell 1, line 4 fits on the rows of the request",
        id="a scaler fitted on the request",
    ),
    pytest.param(
        """
        def predict(df):
            return df["age"].fillna(df["age"].mean()) / 10
        """,
        HOLES,
        SKEW,
        "df['age'].mean in cell 1, line 3 is taken over the rows of the request",
        id="a fill with the batch's mean",
    ),
    pytest.param(
        """
        def predict(df):
            return df["age"].rank()
        """,
        TABLE,
        SKEW,
        "df['age'].rank in cell 1, line 3 sees only the rows of the request",
        id="rank",
    ),
    pytest.param(
        """
        import pandas as pd
        def predict(df):
            return pd.cut(df["age"], 2, labels=False)
        """,
        TABLE,
        SKEW,
        "pd.cut in cell 1, line 4 sees only the rows of the request",
        id="bins of the request",
    ),
    pytest.param(
        """
        def predict(df):
            return df["age"].cumsum()
        """,
        TABLE,
        SKEW,
        "df['age'].cumsum in cell 1, line 3 looks at the rows before or behind",
        id="a running sum",
    ),
    pytest.param(
        """
        kept = {}
        def predict(df):
            return kept.setdefault(len(df), df["age"] * 2)
        """,
        TABLE,
        STATE,
        "`kept.setdefault` in cell 1, line 4 changes what all calls share",
        id="a cache keyed by the number of rows",
    ),
    pytest.param(
        """
        count = 0
        def predict(p):
            global count
            count += 1
            return p["a"] + count / 1000
        """,
        RECORDS,
        STATE,
        "`count` in cell 1, line 4 is changed by each call",
        id="a global counter",
    ),
    pytest.param(
        """
        cache = {}
        def predict(p):
            key = p["city"]
            if key not in cache:
                cache[key] = p["a"] + p["b"]
            return cache[key]
        """,
        RECORDS,
        STATE,
        "`cache` in cell 1, line 6 is changed by each call and shared by all",
        id="a cache keyed wrongly",
    ),
    pytest.param(
        """
        cache = {"Bonn": 11.75, "Rome": 10.5}
        def predict(p):
            if p["city"] not in cache:
                cache[p["city"]] = p["a"] + p["b"]
            return cache[p["city"]]
        """,
        RECORDS,
        STATE,
        "with `cache` emptied",
        id="a cache keyed wrongly that the notebook has filled",
    ),
    pytest.param(
        """
        last = [0.0]
        def predict(p):
            last.append(p["a"])
            return sum(last[-3:]) / 3
        """,
        RECORDS,
        STATE,
        "`last.append` in cell 1, line 4 changes what all calls share",
        id="a moving average",
    ),
    pytest.param(
        """
        import random
        def predict(p):
            return p["a"] + random.gauss(0, 1)
        """,
        RECORDS,
        PARITY,
        "random.gauss in cell 1, line 4 draws by chance",
        id="unseeded noise",
    ),
    pytest.param(
        """
        import random
        def predict(p):
            return p["a"] + (random.random() if p["b"] not in (10.5, 3.0) else 0)
        """,
        RECORDS,
        STATE,
        "random.random in cell 1, line 4 draws by chance",
        id="unseeded noise that no recorded call met",
    ),
    pytest.param(
        """
        import time
        def predict(p):
            return p["a"] + time.time() % 10
        """,
        RECORDS,
        PARITY,
        "time.time in cell 1, line 4 is another one in each call",
        id="the time",
    ),
    pytest.param(
        """
        buffer = [0.0, 0.0]
        def predict(p):
            buffer[0] = p["a"]
            buffer[1] = p["b"]
            return buffer[0] + buffer[1]
        """,
        RECORDS,
        STATE,
        "`buffer` in cell 1, line 4 is changed by each call and shared by all",
        id="a buffer that threads share",
    ),
    pytest.param(
        """
        import numpy as np
        row = np.zeros(2)
        def filled(p):
            np.copyto(row, [p["a"], p["b"]])
            return row
        def predict(p):
            filled(p)
            return float(row @ [1.0, 2.0])
        """,
        RECORDS,
        STATE,
        "",
        id="an array that threads share",
    ),
    pytest.param(
        """
        class Model:
            def predict(self, p):
                self.x = p["a"] * 2
                return self.x + p["b"]
        model = Model()
        def predict(p):
            return model.predict(p)
        """,
        RECORDS,
        STATE,
        "",
        id="a model that keeps its input",
    ),
]
CLEAN = [
    pytest.param(
        """
        import pandas as pd
        from sklearn.linear_model import LinearRegression
        means = pd.DataFrame({"port": ["A", "B"], "mean": [1.0, 2.0]}).set_index("port")["mean"]
        model = LinearRegression().fit([[0.0, 1.0], [2.0, 1.0], [5.0, 2.0]], [1.0, 2.0, 4.5])
        def predict(df):
            x = pd.DataFrame({"a": df["age"].fillna(means.mean())})
            x["b"] = df["port"].map(means).fillna(means.max())
            x["c"] = pd.cut(df["age"], [0, 30, 90], labels=False)
            return model.predict(x[["a", "b"]].to_numpy()) + x[["a", "b"]].sum(axis=1).to_numpy()
        """,
        TABLE,
        id="columns row by row",
    ),
    pytest.param(
        """
        from functools import lru_cache
        cache = {(1.25, 10.5): 1.25 / 3 + 10.5}
        @lru_cache
        def known(a, b):
            return cache.setdefault((a, b), a / 3 + b)
        def predict(p):
            return known(p["a"], p["b"])
        """,
        RECORDS,
        id="caches keyed well",
    ),
    pytest.param(
        """
        import random, threading
        lock, buffer, own = threading.Lock(), [0.0], threading.local()
        stats = {"asked": 3}
        def predict(p):
            own.x = p["b"]
            with lock:
                stats["asked"] += 1
                buffer[0] = p["a"]
                chance = random.Random(3)
                return buffer[0] + own.x + chance.random()
        """,
        RECORDS,
        id="a lock, a local of the thread, a seed",
    ),
    pytest.param(
        """
        def predict(p):
            if p["city"] not in ("Bonn", "Rome"):
                raise KeyError(p["city"])
            return {"city": p["city"], "sum": p["a"] + p["b"], "many": p["a"] > 3}
        """,
        RECORDS,
        id="it refuses what it does not know",
    ),
]


@pytest.fixture
def service() -> Iterator[Any]:
    """The service's own modules, from the template."""
    with service_modules() as service:
        yield service


def proven(project: Path, service: Any, code: str, asked: list[list[dict[str, Any]]]) -> Proof:
    """Let the code answer as a notebook would, and prove it."""
    table = "port" in asked[0][0]
    calls = [{"records": r, "answers": [0.0] * len(r), "many": table} for r in asked]
    job = write_extraction(project, code, calls, input="frame" if table else "record")
    model = project / "model"
    document = json.loads((model / "contract.json").read_text())
    record = document["$defs"]["record"]
    for name, schema in record["properties"].items():
        values = [r[name] for records in asked for r in records]
        kind = "string" if isinstance(values[0], str) else "number"
        types = [kind, "null"] if None in values else kind
        schema = {**schema, "type": types, "x-dtype": "object" if kind == "string" else "float64"}
        record["properties"][name] = schema
    contract = service.contract.Contract.from_dict(document)
    scope: dict[str, Any] = {"__name__": "model.predict"}
    exec(code, scope)

    def answer(records: list[dict[str, Any]]) -> list[Any]:
        return list(service.records.inputs.answer_records(scope["predict"], contract, records))

    for call in calls:
        call["answers"] = answer(call["records"])
    drawn = []
    for one in draw(record, [Call(c["records"], c["answers"], many=table) for c in calls]):
        told: dict[str, Any] = {"records": [one], "many": False, "drawn": True}
        try:
            told["answers"] = answer([one])
        except Exception as error:
            told["error"] = type(error).__name__
        drawn.append(told)
    if table:
        examples = [{"record": asked[0][0], "answer": calls[0]["answers"][0]}]
        document["examples"] = examples
    (model / "contract.json").write_text(json.dumps(document))
    (model / "calls.json").write_text(json.dumps(calls))
    (model / "drawn.json").write_text(json.dumps(drawn))
    modules = [name for name in ("pandas", "numpy", "sklearn") if name in code]
    modules += ["pandas"] if table else []
    with Prover(sys.executable, KERNEL, modules, ()) as process:
        process.load({**job, "imports": modules})
        return process.prove()


@pytest.mark.parametrize(("code", "asked", "checks", "cause"), FOUND)
def test_found(
    tmp_path: Path,
    service: Any,
    code: str,
    asked: list[list[dict[str, Any]]],
    checks: tuple[str, ...],
    cause: str,
) -> None:
    code = dedent(code)
    proof = proven(tmp_path, service, code, asked)
    assert proof.of(checks)
    if checks != PARITY:  # what does not agree with the notebook need not agree with itself
        assert {finding.check for finding in proof.findings} <= set(checks)
    told = sentences("predict", proof, causes(code, "cell 1, line {}".format))
    if checks == PARITY:
        told = [explanation("recorded", causes(code, "cell 1, line {}".format))]
    assert cause in " ".join(told)


@pytest.mark.parametrize(("code", "asked"), CLEAN)
def test_clean(tmp_path: Path, service: Any, code: str, asked: list[list[dict[str, Any]]]) -> None:
    proof = proven(tmp_path, service, dedent(code), asked)
    assert proof.findings == ()
    assert all(counted["asked"] == counted["alike"] for counted in proof.counts.values())
    assert proof.count("threads")[1] > 0
    assert proof.count("drawn")[1] >= 4


@pytest.mark.generation
@pytest.mark.parametrize("case", sorted(path.stem for path in GOLDEN.glob("*.ipynb")))
def test_the_golden_notebooks_are_clean(case: str, tmp_path: Path) -> None:
    outcome = extract(GOLDEN / f"{case}.ipynb", "", tmp_path / "stage", lambda *_: None)
    assert outcome.proof.findings == ()
    assert outcome.proof.count("drawn")[1] > 0
    assert outcome.proof.count("threads")[1] > 0
