# ruff: noqa: E501  tables of one-line programs
"""Every pair of input container and dtype: a setup, a predict that tells what it was given, and calls."""

from typing import NamedTuple


class Case(NamedTuple):
    """The cells of a notebook that makes one kind of call."""

    setup: str
    definition: str
    calls: str


TELL = '''
import dataclasses, datetime, decimal
from typing import Any
import numpy as np, pandas as pd, scipy.sparse as sp, xgboost as xgb

def tell(value):
    """A value to the last type, as text."""
    if isinstance(value, dict):
        return {name: tell(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [type(value).__name__, [tell(item) for item in value]]
    if isinstance(value, np.ndarray):
        kind = value.dtype.kind if value.dtype.kind == "U" else str(value.dtype)
        return [kind, list(value.shape), repr(value.tolist())]
    if isinstance(value, pd.Series):
        return [str(value.dtype), [tell(item) for item in value]]
    return f"{type(value).__name__} {value!r}"

def dtype(column):
    told = str(column.dtype)
    if told == "category":
        told += f" {list(column.cat.categories)} {column.cat.ordered}"
    return told
'''

# Two values of each type that a dict, an argument, a list or a column of objects can hold.
VALUES = {
    "whole numbers": ("3", "-4"),
    "fractions": ("1.5", "-0.1"),
    "a fraction or NaN": ("1.5", "float('nan')"),
    "a whole number or None": ("3", "None"),
    "bools": ("True", "False"),
    "a bool or None": ("True", "None"),
    "strings with leading zeros": ("'001'", "'02'"),
    "strings of every sort": ("'ü \"q\" \\n'", "''"),
    "a string or None": ("'x'", "None"),
    "datetimes": (
        "datetime.datetime(2024, 1, 31, 12, 30)",
        "datetime.datetime(2024, 2, 29, 0, 0, 0, 5)",
    ),
    "datetimes with an offset": (
        "datetime.datetime(2024, 1, 31, 12, tzinfo=datetime.timezone.utc)",
        "datetime.datetime(2024, 2, 29, tzinfo=datetime.timezone.utc)",
    ),
    "dates": ("datetime.date(2024, 1, 31)", "datetime.date(1999, 12, 1)"),
    "a date or None": ("datetime.date(2024, 1, 31)", "None"),
    "times": ("datetime.time(12, 30)", "datetime.time(0, 0, 1)"),
    "timedeltas": ("datetime.timedelta(days=1, seconds=2)", "datetime.timedelta(milliseconds=-5)"),
    "Timestamps": ("pd.Timestamp('2024-01-31 12:00')", "pd.Timestamp('2024-02-29')"),
    "Timestamps with a zone": (
        "pd.Timestamp('2024-01-31 12:00', tz='UTC')",
        "pd.Timestamp('2024-02-29', tz='UTC')",
    ),
    "Timedeltas": ("pd.Timedelta('1 days 00:00:02')", "pd.Timedelta('5ms')"),
    "datetime64": ("np.datetime64('2024-01-31', 'D')", "np.datetime64('2024-02-29', 'D')"),
    "timedelta64": ("np.timedelta64(90, 's')", "np.timedelta64(5, 's')"),
    "Decimals": ("decimal.Decimal('1.5')", "decimal.Decimal('-2.25')"),
    "int64": ("np.int64(3)", "np.int64(-4)"),
    "int8": ("np.int8(3)", "np.int8(-4)"),
    "uint64": ("np.uint64(2**64 - 1)", "np.uint64(0)"),
    "float64": ("np.float64(1.5)", "np.float64(-0.25)"),
    "float32": ("np.float32(0.1)", "np.float32(2.5)"),
    "NumPy's bools": ("np.bool_(True)", "np.bool_(False)"),
    "lists": ("[1, [2.5, None]]", "[]"),
    "lists of numbers with a NaN": ("[1.5, float('nan')]", "[2.5, 0.5]"),
    "nested dicts": ("{'b': [1, {'c': 'd'}], 'e f': None}", "{'b': [], 'e f': 2}"),
    "tuples": ("(1, 2)", "(3, 4)"),
    "sets": ("{1}", "{2}"),
    "arrays of fractions": ("np.array([1.5, 2.0])", "np.array([0.5])"),
    "arrays of whole numbers": ("np.array([1, 2], 'int8')", "np.array([3], 'int8')"),
    "arrays of dates": (
        "np.array(['2024-01-31'], 'datetime64[D]')",
        "np.array(['2024-02-29'], 'datetime64[D]')",
    ),
}

# A column of each dtype: of a DataFrame, and as a Series of rows.
COLUMNS = {
    "int64": "[1, -2]",
    "int8": "np.array([127, -128], 'int8')",
    "uint8": "np.array([255, 0], 'uint8')",
    "int64 beyond a float": "[2**53 + 1, -2**63]",
    "uint64": "np.array([2**64 - 1, 1], 'uint64')",
    "float64": "[0.1, -2.0]",
    "float64 with a null": "[1.5, None]",
    "whole numbers with a null": "[3.0, None]",
    "float32": "np.array([0.1, 2], 'float32')",
    "float16": "np.array([0.1, 2], 'float16')",
    "Int64": "pd.array([1, 2], 'Int64')",
    "Int64 with a null": "pd.array([1, None], 'Int64')",
    "UInt8 with a null": "pd.array([1, None], 'UInt8')",
    "Float64 with a null": "pd.array([1.5, None], 'Float64')",
    "bool": "[True, False]",
    "boolean with a null": "pd.array([True, None], 'boolean')",
    "objects, bools with a null": "np.array([True, None], object)",
    "objects, strings with NaN": "np.array(['001', np.nan], object)",
    "objects, strings with None": "np.array(['001', None], object)",
    "objects, whole numbers and strings": "np.array([1, 'a'], object)",
    "str": "pd.Series(['001', 'ü'])",
    "str with a null": "pd.Series(['001', None])",
    "string": "pd.array(['001', None], 'string')",
    "categories": "pd.Categorical(['b', 'a'], categories=['c', 'b', 'a'])",
    "categories in order": "pd.Categorical(['lo', 'hi'], categories=['lo', 'hi'], ordered=True)",
    "categories with a null": "pd.Categorical(['a', None])",
    "categories that are numbers": "pd.Categorical([3, 1])",
    "categories that are bools": "pd.Categorical([True, False])",
    "categories that are moments": "pd.Categorical(pd.to_datetime(['2024-01-31', '2024-02-29']))",
    "datetime64[ns]": "pd.to_datetime(['2024-01-31 12:00:00.000000001', '2024-02-29 00:00:00.5']).astype('datetime64[ns]')",
    "datetime64[us] with a null": "pd.to_datetime(['2024-01-31 12:00', None]).astype('datetime64[us]')",
    "datetime64[s]": "pd.to_datetime(['2024-01-31', '1676-02-29']).astype('datetime64[s]')",
    "datetime64 in UTC": "pd.to_datetime(['2024-01-31 12:00', None], utc=True)",
    "datetime64 in a zone": "pd.to_datetime(['2024-01-31 12:00', '2024-07-01 00:00']).tz_localize('Europe/Berlin')",
    "timedelta64": "pd.to_timedelta(['1 days', '00:00:00.5'])",
    "timedelta64 with a null": "pd.to_timedelta(['1 days', None])",
}

# An array of each dtype: one dimension, two, three.
ARRAYS = {
    "int64": ("[1, -2]", "[[1, 2], [3, -4]]", "[[[1], [2]], [[3], [4]]]"),
    "int8": ("[127, -128]", "[[1, 2], [3, -4]]", "[[[1], [2]], [[3], [4]]]"),
    "uint8": ("[255, 0]", "[[255, 0], [3, 4]]", "[[[255], [0]], [[3], [4]]]"),
    "float64": ("[0.1, 2]", "[[0.1, 2], [3, np.nan]]", "[[[0.1], [2]], [[3], [np.nan]]]"),
    "float32": ("[0.1, 2]", "[[0.1, 2], [3, 4]]", "[[[0.1], [2]], [[3], [4]]]"),
    "float16": ("[0.1, 2]", "[[0.1, 2], [3, 4]]", "[[[0.1], [2]], [[3], [4]]]"),
    "bool": ("[True, False]", "[[True, False], [True, True]]", "[[[True]], [[False]]]"),
    "U": ("['001', 'longer']", "[['001', 'b'], ['c', 'd']]", "[[['a']], [['b']]]"),
    "object": ("['001', 'longer']", "[['001', 1], ['c', None]]", "[[['a']], [['b']]]"),
    "datetime64[D]": (
        "['2024-01-31', 'NaT']",
        "[['2024-01-31'], ['2024-02-29']]",
        "[[['2024-01-31']], [['2024-02-29']]]",
    ),
    "datetime64[ns]": (
        "['2024-01-31T12:00', '2024-02-29']",
        "[['2024-01-31'], ['2024-02-29']]",
        "[[['2024-01-31']], [['2024-02-29']]]",
    ),
    "timedelta64[s]": ("[1, 90]", "[[1], [90]]", "[[[1]], [[90]]]"),
}

# Column labels of a DataFrame.
LABELS = {
    "numbers": "[1, 3]",
    "fractions": "[0.5, 1.5]",
    "a number and a string": "[1, 'a']",
    "spaces and quotes": "['a \"b\" \\'c\\'', ' d ']",
    "other alphabets": "['größe', '面積']",
    "keywords": "['class', 'self']",
    "empty and a tab": "['', 'a\\tb']",
    "NumPy's numbers": "list(np.arange(2))",
}  # fmt: skip

SPARSE = ("csr_matrix", "csc_matrix", "coo_matrix", "csr_array")


def _values() -> dict[str, Case]:
    one = "def predict({}):\n    return {}"
    each = one.format("rows", "[tell(row) for row in rows]")
    row = "@dataclasses.dataclass\nclass Row:\n    x: Any\n"
    found = {}
    for name, (a, b) in VALUES.items():
        found |= {
            f"a dict, {name}": Case(
                TELL,
                one.format("p", "tell(p['x'])"),
                f"predict({{'x': {a}}}); predict({{'x': {b}}})",
            ),
            f"arguments, {name}": Case(
                TELL, one.format("x, y=1", "repr(tell(x))"), f"predict({a}); predict(x={b})"
            ),
            f"a dataclass, {name}": Case(
                TELL + row,
                one.format("row", "tell(row.x)"),
                f"predict(Row({a})); predict(Row(x={b}))",
            ),
            f"a list of dicts, {name}": Case(TELL, each, f"predict([{{'x': {a}}}, {{'x': {b}}}])"),
            f"a list, {name}": Case(TELL, each, f"predict([{a}, {b}]); predict([{a}])"),
            f"a row of objects, {name}": Case(
                TELL,
                one.format("row", "[str(row.dtype), tell(row['x'])]"),
                f"predict(pd.Series({{'x': {a}}}, dtype=object)); predict(pd.Series({{'x': {b}}}, dtype=object))",
            ),
        }
        objects = f"pd.Series([{a}, {b}], dtype=object)"
        found |= {
            f"a column of objects, {name}": Case(
                TELL,
                one.format("df", "[[str(df.x.dtype), tell(v)] for v in df.x]"),
                f"predict(pd.DataFrame({{'x': {objects}}}))",
            ),
            f"a Series of objects, {name}": Case(
                TELL, one.format("s", "[[str(s.dtype), tell(v)] for v in s]"), f"predict({objects})"
            ),
        }
    return found


def _columns() -> dict[str, Case]:
    frame = "def predict(df):\n    return [[dtype(df['x y']), tell(df['x y'].iloc[i])] for i in range(len(df))]"
    series = "def predict(s):\n    return [[dtype(s), tell(v)] for v in s]"
    found = {}
    for name, column in COLUMNS.items():
        found[f"a DataFrame, {name}"] = Case(
            TELL,
            frame,
            f"df = pd.DataFrame({{'x y': {column}}})\npredict(df); predict(df.iloc[:1])",
        )
        found[f"a Series, {name}"] = Case(TELL, series, f"predict(pd.Series({column}))")
    for name, labels in LABELS.items():
        call = f"predict(pd.DataFrame([[1, 'a'], [2, 'b']], columns={labels}))"
        definition = "def predict(df):\n    return [[repr(list(df.columns)), str(df.columns.dtype), tell(list(row))] for row in df.itertuples(index=False)]"
        found[f"a DataFrame, columns called by {name}"] = Case(TELL, definition, call)
    return found


def _arrays() -> dict[str, Case]:
    each = "def predict(X):\n    return [[str(X.dtype.kind), X.ndim, tell(row)] for row in X]"
    found = {}
    for name, dimensions in ARRAYS.items():
        for at, values in enumerate(dimensions, 1):
            call = f"X = np.array({values}, {name!r})\npredict(X); predict(X[:1])"
            found[f"an array of {at} dimensions, {name}"] = Case(TELL, each, call)
    for kind in SPARSE:
        for name in ("float64", "float32", "int64", "bool"):
            definition = (
                "def predict(S):\n    return [[type(S).__name__, tell(row)] for row in S.toarray()]"
            )
            found[f"{kind}, {name}"] = Case(
                TELL, definition, f"predict(sp.{kind}(np.array([[1, 0], [0, 2]], {name!r})))"
            )
    for name, given in {"with names": ", feature_names=['u v', 'w']", "without names": ""}.items():
        setup = f"{TELL}\nX = np.random.default_rng(0).normal(size=(40, 2)).astype('float32')\nX[0, 0] = np.nan\nd = xgb.DMatrix(X{given})\ntrain = xgb.DMatrix(X, X[:, 1]{given})\nbooster = xgb.train({{'max_depth': 2}}, train, 3)\n"
        found[f"a DMatrix {name}"] = Case(
            setup, "def predict(d):\n    return booster.predict(d)", "predict(d)"
        )
    return found


def _others() -> dict[str, Case]:
    one = "def predict({}):\n    return {}"
    row = "def predict(row):\n    return [str(row.dtype), list(row.index), tell(list(row))]"
    model = "import pydantic\nclass Row(pydantic.BaseModel):\n    x: int\n    when: datetime.date\n    note: str | None = None\n"
    found = {
        "one string": Case(TELL, one.format("text", "tell(text)"), "predict('001')"),
        "one list of numbers": Case(TELL, one.format("v", "[tell(v), 1]"), "predict([1.5, 2.5, 3.5])"),
        "one flat array": Case(TELL, one.format("v", "repr(tell(v))"), "predict(np.array([1.5, 2.5, 3.5], 'float32'))"),
        "a tuple of numbers": Case(TELL, one.format("v", "repr(tell(v))"), "predict((1.5, 2.5, 3.5))"),
        "nothing": Case(TELL, one.format("", "42"), "predict()"),
        "a horizon": Case(TELL, one.format("n: int", "pd.Series(range(n), index=pd.period_range('2024-01', periods=n, freq='M'))"), "predict(3)"),
        "any keywords": Case(TELL, one.format("**kw", "tell(kw)"), "predict(**{'a': 1, 'b c': '001'})"),
        "a pydantic model": Case(TELL + model, one.format("row", "tell([row.x, row.note])"), "predict(Row(x=1, when='2024-01-31')); predict(Row(x=2, when='2024-02-29', note='n'))"),
        "a list of lists": Case(TELL, "def predict(rows):\n    return [tell(row) for row in rows]", "predict([[1, 2.5], [3, None]])"),
        "a list of texts": Case(TELL, "def predict(rows):\n    return [tell(row) for row in rows]", "predict(['001', 'ü'])"),
        "optional fields": Case(TELL, one.format("p", "tell([p['a'], p.get('b', 7)])"), "predict({'a': 1}); predict({'a': 2, 'b': 3})"),
    }  # fmt: skip
    for kind in ("float64", "float32", "int64", "bool", "str"):
        values = {"bool": "[True, False]", "str": "['001', 'b']"}.get(kind, "[1, 2]")
        found[f"a row of {kind}"] = Case(
            TELL, row, f"predict(pd.Series({values}, index=['a b', 'c'], dtype={kind!r}))"
        )
    for at, values in enumerate(("[1.5, 2]", "['001', 2]"), 1):
        found[f"rows of a table, {at}"] = Case(
            TELL,
            row,
            f"pd.DataFrame([{values}, {values}], columns=['a', 'b']).apply(predict, axis=1)",
        )
    return found


CASES = {**_values(), **_columns(), **_arrays(), **_others()}
