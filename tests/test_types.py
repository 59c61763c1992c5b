# ruff: noqa: E501  a table of one-line programs
"""Every type that predict may take or answer: what a real recorder saw, through JSON, back to predict.

In-process: a real IPython, the real recorder, the real inference and the service's own `inputs`.
Whole generations of single types stand in test_golden.py.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from nb2service.contract.infer import Inference, infer
from support import ipython, kernel_side, run_cells, service_modules

MODEL = (
    "import numpy as np, pandas as pd\nfrom sklearn.linear_model import LogisticRegression\n"
    "X = np.array([[0.0, 1], [1, 0], [2, 2], [3, 1]])\n"
    "m = LogisticRegression().fit(X, ['no', 'no', 'yes', 'yes'])\n"
)


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, InteractiveShell]]:
    with kernel_side() as package, ipython(tmp_path_factory.mktemp("ipython")) as shell:
        yield package, shell


@pytest.fixture(scope="module")
def service() -> Iterator[Any]:
    with service_modules() as package:
        yield package


def contract_of(inferred: Inference) -> dict[str, Any]:
    """The part of contract.json that the service's inputs read."""
    one = list(inferred.record["properties"]) == [inferred.parameter]
    return {
        "title": "t",
        "model_version": "v",
        "$defs": {"record": inferred.record},
        "predict": {
            "function": "predict",
            "input": inferred.input,
            "parameter": inferred.parameter,
            "container": inferred.container,
            "dtype": inferred.dtype,
            "row": "value" if one else "fields",
            "answer": inferred.answers_are,
            "answer_name": "prediction",
            "rowwise": True,
            "whole": inferred.whole,
        },
    }


DEF = "def predict({}):\n    return {}"
CASES = {
    "a dict": ("record", DEF.format("p", "{'x': p['a'] + len(p['b'])}"), "predict({'a': 1, 'b': 'q'})"),
    "a nested dict": ("record", DEF.format("p", "p['a']['b'][1]"), "predict({'a': {'b': [1, 2]}})"),
    "a dict with NaN": (
        "record",
        DEF.format("p", "p['a'] != p['a']"),
        "predict({'a': float('nan')}); predict({'a': 1.5})",
    ),
    "a dict with moments": (
        "record",
        "import datetime, pandas as pd\n" + DEF.format("p", "[p['t'].hour, p['d'].weekday(), p['n'].day]"),
        "predict({'t': pd.Timestamp('2024-05-01 13:00'), 'd': datetime.date(2024, 5, 2),"
        " 'n': datetime.datetime(2024, 1, 31, 9)})",
    ),
    "a dict with an array, a tuple and a set": (
        "record",
        "import numpy as np\n" + DEF.format("p", "[float(p['v'].mean()), p['t'] + (1,), 2 in p['s']]"),
        "predict({'v': np.array([1.0, 2.0]), 't': (3,), 's': {2}})",
    ),
    "plain arguments": ("arguments", DEF.format("a, b='x', *, k=2", "[a * k, b]"), "predict(2); predict(3, b='y', k=1)"),
    "NumPy scalars": (
        "arguments",
        "import numpy as np\n" + DEF.format("a, b", "a + b"),
        "predict(np.float64(1.5), np.int64(2))",
    ),
    "annotated arguments": (
        "arguments",
        "from typing import Literal\n" + DEF.format("a: int, b: Literal['u', 'v'], c: float | None = None", "[a, b, c]"),
        "predict(1, 'u'); predict(2, 'v', 0.5)",
    ),
    "any keywords": ("arguments", DEF.format("**kw", "kw['a'] + kw['b']"), "predict(a=1, b=2.5)"),
    "one string": ("arguments", DEF.format("text", "len(text)"), "predict('banana')"),
    "one list of numbers": ("arguments", DEF.format("v", "sum(v)"), "predict([1.5, 2])"),
    "one flat array": (
        "arguments",
        MODEL + DEF.format("v", "(bool(v.sum() > 1), m.predict(v.reshape(1, -1))[0])"),
        "predict(np.array([1.0, 2.0]))",
    ),
    "nothing": ("arguments", DEF.format("", "42"), "predict()"),
    "a horizon, a Series with periods": (
        "arguments",
        "import pandas as pd\n"
        + DEF.format("n: int", "pd.Series(range(n), index=pd.period_range('2024-01', periods=n, freq='M'))"),
        "predict(3)",
    ),
    "a row, as a Series": (
        "record",
        "import pandas as pd\n" + DEF.format("row", "row['a'] * 2 + row['b']"),
        "pd.DataFrame({'a': [1.5, 2], 'b': [3.0, 4]}).apply(predict, axis=1)",
    ),
    "a DataFrame of every dtype": (
        "frame",
        "import pandas as pd, numpy as np\ndf = pd.DataFrame({'f': [1.5, None], 'i': [1, 2], 'b': [True, False],"
        " 'c': pd.Categorical(['x', 'y']), 'd': pd.to_datetime(['2024-01-01', None]), 's': ['001', 'ü'],"
        " 'f32': np.array([0.1, 2], 'float32'), 'i8': np.array([1, -1], 'int8'), 'a b': [1, 2],"
        " 'n': pd.array([1, None], 'Int64')})\n"
        + DEF.format("df", "[[str(t) for t in df.dtypes]] * len(df)"),
        "predict(df); predict(df.iloc[:1])",
    ),
    "a DataFrame whose columns are numbers": (
        "frame",
        "import pandas as pd\n" + DEF.format("df", "df[3] * 2 + df[1] + len(df[[1, 3]].columns)"),
        "predict(pd.DataFrame({1: [1.5, 2], 3: [3, 4]}))",
    ),
    "a DataFrame out": (
        "frame",
        "import pandas as pd\n" + DEF.format("df", "pd.DataFrame({'s': df.a + 1, 'c': pd.Categorical(['x'] * len(df))})"),
        "predict(pd.DataFrame({'a': [1, 2]}))",
    ),
    "a table of one row, one value": (
        "frame",
        "import pandas as pd\n" + DEF.format("df", "float(df.a.iloc[0])"),
        "predict(pd.DataFrame({'a': [1]}))",
    ),
    "an array in two dimensions": ("rows", MODEL + DEF.format("X", "m.predict(X)"), "predict(X)"),
    "probabilities": ("rows", MODEL + DEF.format("X", "m.predict_proba(X)"), "predict(X); predict(X[:1])"),
    "a tuple of columns": (
        "rows",
        MODEL + DEF.format("X", "(m.predict(X), m.predict_proba(X).max(axis=1))"),
        "predict(X)",
    ),
    "images": (
        "rows",
        "import numpy as np\n" + DEF.format("images", "images.reshape(len(images), -1).sum(axis=1)"),
        "predict(np.arange(12.0).reshape(3, 2, 2))",
    ),
    "an int8 array": (
        "rows",
        "import numpy as np\n" + DEF.format("X", "X.astype('int8').sum(axis=1, dtype='int8')"),
        "predict(np.ones((2, 3), 'uint8'))",
    ),
    "a list of rows": ("rows", MODEL + DEF.format("rows", "m.predict(rows)"), "predict([[1, 2], [3, 0]])"),
    "a list of strings": ("rows", DEF.format("texts", "[len(t) for t in texts]"), "predict(['a', 'bb'])"),
    "an array of strings": (
        "rows",
        "import numpy as np\n" + DEF.format("texts", "np.char.str_len(texts)"),
        "predict(np.array(['a', 'bb']))",
    ),
    "a Series of strings": (
        "rows",
        "import pandas as pd\n" + DEF.format("texts", "texts.str.len()"),
        "predict(pd.Series(['a', 'bb'], index=[7, 9]))",
    ),
    "a list of dicts": (
        "rows",
        "from sklearn.feature_extraction import DictVectorizer\n"
        "rows = [{'a': 1, 'c': 'x'}, {'a': 2, 'c': 'y'}]\ndv = DictVectorizer(sparse=False).fit(rows)\n"
        + DEF.format("rows", "dv.transform(rows)"),
        "predict(rows)",
    ),
    "a sparse matrix": (
        "rows",
        "import scipy.sparse as sp\n" + DEF.format("S", "S.sum(axis=1).A1 if hasattr(S.sum(axis=1), 'A1') else S.sum(axis=1)"),
        "predict(sp.csr_matrix([[1.0, 0], [0, 2], [0, 0]]))",
    ),
    "a DMatrix": (
        "rows",
        "import xgboost as xgb, numpy as np\nX = np.random.default_rng(0).normal(size=(50, 2))\n"
        "d = xgb.DMatrix(X, X[:, 0], feature_names=['u', 'v'])\nbst = xgb.train({'max_depth': 2}, d, 3)\n"
        + DEF.format("d", "bst.predict(d)"),
        "predict(d)",
    ),
    "a string": ("arguments", DEF.format("a", "f'class {a}'"), "predict(1)"),
    "a bool": ("arguments", DEF.format("a", "a > 1"), "predict(2); predict(0)"),
    "a Timestamp": ("arguments", "import pandas as pd\n" + DEF.format("a", "pd.Timestamp('2024-05-01') + pd.Timedelta(a, 'D')"), "predict(2)"),
    "a forecast with dates": (
        "arguments",
        "import pandas as pd\n"
        + DEF.format("n", "pd.DataFrame({'y': range(n)}, index=pd.date_range('2024-05-01', periods=n))"),
        "predict(2)",
    ),
    "a Categorical": ("rows", "import pandas as pd\n" + DEF.format("v", "pd.Categorical(v)"), "predict(['x', 'y', 'x'])"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_round_trip(case: str, kernel: tuple[Any, InteractiveShell], service: Any) -> None:
    shape, definition, calls = CASES[case]
    package, shell = kernel
    setup, _, function = definition.rpartition("def predict")
    shell.run_cell(setup or "pass", silent=True).raise_error()
    found = run_cells(shell, package.recording.recorder.Recorder(), f"def predict{function}", calls)
    found = json.loads(json.dumps(found, allow_nan=False))
    inferred = infer("nb, cell 1", "predict", found["parameters"], found["calls"], found["seen"])
    assert inferred.input == shape
    contract = service.contract.Contract.from_dict(json.loads(json.dumps(contract_of(inferred))))
    predict = shell.user_ns["predict"]
    for call in inferred.calls:
        sent = json.loads(json.dumps(call.records, allow_nan=False))
        again = service.records.inputs.answer_records(predict, contract, sent)
        got = json.loads(json.dumps(again, allow_nan=False))
        assert service.compare.same_answer(got, call.answers), (got, call.answers)


def test_a_row_has_the_length_that_all_rows_had(kernel: tuple[Any, InteractiveShell]) -> None:
    package, shell = kernel
    shell.run_cell(MODEL, silent=True).raise_error()
    cells = ("def predict(X):\n    return m.predict(X)", "predict(X)")
    found = run_cells(shell, package.recording.recorder.Recorder(), *cells)
    inferred = infer("nb, cell 1", "predict", found["parameters"], found["calls"], found["seen"])
    row = inferred.record["properties"]["X"]
    assert (row["minItems"], row["maxItems"]) == (2, 2)
