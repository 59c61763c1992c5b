"""The contract that recorded calls tell; each report is made by the real recorder in a real IPython."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nb2service.contract.infer import Call, Inference, infer
from nb2service.contract.schemas import schema_of
from nb2service.errors import Nb2serviceError
from nb2service.marking.mark import mark
from nb2service.notebook.read import read
from nb2service.notebook.statements import parse
from support import MakeNotebook, ipython, kernel_side, run_cells

FRAME = "import pandas as pd\ndef predict(df):\n    return df.iloc[:, 0]"


def seen(low: Any, high: Any) -> dict[str, Any]:
    return {"x-seen": {"min": low, "max": high}}


InferFrom = Callable[..., Inference]


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., dict[str, Any]]]:
    with kernel_side() as package, ipython(tmp_path_factory.mktemp("ipython")) as shell:
        yield lambda *cells: run_cells(shell, package.recording.recorder.Recorder(), *cells)


@pytest.fixture
def infer_from(make_notebook: MakeNotebook, record: Callable[..., dict[str, Any]]) -> InferFrom:
    """Run a definition of predict and its calls, and infer from what was seen."""

    def from_cells(definition: str, *calls: str) -> Inference:
        notebook = read(make_notebook(f"#| predict\n{definition}", *calls))
        marked = mark(notebook, parse(notebook))
        report = record(definition, *calls)
        return infer(
            notebook.place(marked.cell),
            marked.function,
            report["parameters"],
            report["calls"],
            report["seen"],
        )

    return from_cells


@pytest.mark.parametrize(
    ("values", "schema"),
    [
        pytest.param([1, 2], {"type": "integer"}, id="whole numbers"),
        pytest.param([1, 2.5], {"type": "number"}, id="numbers"),
        pytest.param([True], {"type": "boolean"}, id="a bool is no integer"),
        pytest.param(["a", None], {"type": ["string", "null"]}, id="null comes last"),
        pytest.param([1, "a"], {"type": ["integer", "string"]}, id="two types"),
        pytest.param([[1], [2.5], []], {"type": "array", "items": {"type": "number"}}, id="arrays"),
        pytest.param([[]], {"type": "array", "items": {}}, id="an empty array tells no items"),
        pytest.param(
            [{"a": 1, "b": 2}, {"a": None}],
            {
                "type": "object",
                "properties": {"a": {"type": ["integer", "null"]}, "b": {"type": "integer"}},
                "required": ["a"],
            },
            id="objects, with a key that is not always there",
        ),
        pytest.param([], {}, id="nothing seen admits anything"),
    ],
)
def test_schema_of(values: list[Any], schema: dict[str, Any]) -> None:
    assert schema_of(values) == schema


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
)


def admits(schema: dict[str, Any], value: Any) -> bool:
    """Whether JSON Schema, as far as the contract uses it, admits a value."""
    if not schema:
        return True
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    match value:
        case bool():
            return "boolean" in types
        case None:
            return "null" in types
        case int():
            return bool({"integer", "number"} & set(types))
        case float():
            return "number" in types
        case str():
            return "string" in types
        case list():
            return "array" in types and all(admits(schema["items"], item) for item in value)
    return (
        "object" in types
        and set(schema["required"]) <= value.keys() <= schema["properties"].keys()
        and all(admits(schema["properties"][key], item) for key, item in value.items())
    )


@settings(database=None, deadline=None, max_examples=60)
@given(values=st.lists(PLAIN, max_size=4))
def test_a_schema_admits_the_values_that_it_was_made_of(values: list[Any]) -> None:
    schema = schema_of(values)
    assert all(admits(schema, value) for value in values)


class TestRecord:
    def test_features_and_answers(self, infer_from: InferFrom) -> None:
        found = infer_from(
            "def predict(p):\n    return {'score': p['a'] * 0.5}",
            "predict({'a': 1, 'b': 'x'})\npredict({'a': 2, 'c': None})",
        )
        assert (found.input, found.answers_are, found.whole, found.seen) == (
            "record",
            "dict",
            False,
            2,
        )
        assert found.record == {
            "type": "object",
            "properties": {
                "a": {"type": "number", "x-seen": {"min": 1, "max": 2}},
                "b": {"type": "string"},
                "c": {"type": "null"},
            },
            "required": ["a"],
        }
        assert found.answer["properties"] == {"score": {"type": "number"}}
        assert found.calls[0] == Call([{"a": 1, "b": "x"}], [{"score": 0.5}], many=False)

    def test_a_nan_is_a_null_that_becomes_nan_again(self, infer_from: InferFrom) -> None:
        found = infer_from("def predict(p):\n    return 1", "predict({'a': float('nan')})")
        assert found.record["properties"] == {"a": {"type": ["number", "null"], "x-null": "nan"}}
        assert found.calls[0].records == [{"a": None}]

    def test_answers_of_two_kinds_are_values(self, infer_from: InferFrom) -> None:
        found = infer_from(
            "def predict(p):\n    return p['a'] or {'x': 1}", "predict({'a': 1}); predict({'a': 0})"
        )
        assert found.answers_are == "value"
        assert found.answer["type"] == ["object", "integer"]


class TestArguments:
    @pytest.mark.parametrize(
        ("signature", "call", "properties", "required"),
        [
            pytest.param("a, b", "1, 'x'", {"a": "number", "b": "string"}, ["a", "b"], id="plain"),
            pytest.param("a: int", "1", {"a": "integer"}, ["a"], id="an int as annotated"),
            pytest.param("a: float", "1", {"a": "number"}, ["a"], id="a float as annotated"),
            pytest.param("a: int", "1.5", {"a": "number"}, ["a"], id="the call goes beyond"),
            pytest.param("a: 'float'", "1", {"a": "number"}, ["a"], id="annotated by a string"),
            pytest.param(
                "a: float | None", "1", {"a": ["number", "null"]}, ["a"], id="or None, by a bar"
            ),
            pytest.param("a: Optional[int]", "1", {"a": ["integer", "null"]}, ["a"], id="Optional"),
            pytest.param(
                "a: Union[int, str]", "1", {"a": ["integer", "string"]}, ["a"], id="Union"
            ),
            pytest.param("a: float = None", "", {"a": "number"}, [], id="never passed, annotated"),
            pytest.param("a, b=2", "1", {"a": "number"}, ["a"], id="a default that is no data"),
            pytest.param("a, b=2", "1, 3", {"a": "number", "b": "number"}, ["a"], id="optional"),
            pytest.param(
                "a, **more", "1, c=2", {"a": "number", "c": "number"}, ["a", "c"], id="**"
            ),
            pytest.param("a: np.ndarray", "1", {"a": "number"}, ["a"], id="any other annotation"),
        ],
    )
    def test_features(
        self,
        infer_from: InferFrom,
        signature: str,
        call: str,
        properties: dict[str, Any],
        required: list[str],
    ) -> None:
        head = "import numpy as np\nfrom typing import Literal, Optional, Union\n"
        found = infer_from(f"{head}def predict({signature}):\n    return 1", f"predict({call})")
        assert found.input == "arguments"
        assert {n: s["type"] for n, s in found.record["properties"].items()} == properties
        assert found.record["required"] == required

    def test_a_literal_is_an_enum(self, infer_from: InferFrom) -> None:
        found = infer_from(
            "from typing import Literal\ndef predict(a: Literal['x', 'y']):\n    return 1",
            "predict('x')",
        )
        assert found.record["properties"] == {"a": {"type": "string", "enum": ["x", "y"]}}

    def test_an_enum_gives_way_to_a_call_of_another_type(self, infer_from: InferFrom) -> None:
        found = infer_from(
            "from typing import Literal\ndef predict(a: Literal['x']):\n    return 1",
            "predict(None)",
        )
        assert found.record["properties"] == {"a": {"type": ["string", "null"]}}

    def test_one_list_is_an_argument(self, infer_from: InferFrom) -> None:
        found = infer_from("def predict(texts):\n    return len(texts)", "predict(['a', 'b'])")
        assert found.calls == (Call([{"texts": ["a", "b"]}], [2], many=False),)


class TestFrame:
    @pytest.mark.parametrize(
        ("column", "schema"),
        [
            pytest.param(
                "[1, 2]", {"type": "integer", "x-dtype": "int64", **seen(1, 2)}, id="int64"
            ),
            pytest.param(
                "[1.5, 2]", {"type": "number", "x-dtype": "float64", **seen(1.5, 2.0)}, id="float64"
            ),
            pytest.param(
                "[1.5, None]",
                {"type": ["number", "null"], "x-dtype": "float64", **seen(1.5, 1.5)},
                id="a null",
            ),
            pytest.param("[True, False]", {"type": "boolean", "x-dtype": "bool"}, id="bool"),
            pytest.param(
                "pd.array([1, None], dtype='Int64')",
                {"type": ["integer", "null"], "x-dtype": "Int64", **seen(1, 1)},
                id="Int64, with a null",
            ),
            pytest.param(
                "pd.to_datetime(['2024-01-31', '2024-02-01']).astype('datetime64[ns]')",
                {
                    "type": "string",
                    "format": "date-time",
                    "x-dtype": "datetime64[ns]",
                    **seen("2024-01-31T00:00:00", "2024-02-01T00:00:00"),
                },
                id="dates",
            ),
            pytest.param(
                "pd.Series(['a', None], dtype=object)",
                {"type": ["string", "null"], "x-dtype": "object"},
                id="objects",
            ),
            pytest.param(
                "pd.Series(['a', 'b'], dtype='string')",
                {"type": "string", "x-dtype": "string"},
                id="strings",
            ),
            pytest.param(
                "pd.Categorical(['b', None], categories=['a', 'b'], ordered=True)",
                {
                    "type": ["string", "null"],
                    "enum": ["a", "b", None],
                    "x-dtype": "category",
                    "x-categories": ["a", "b"],
                    "x-ordered": True,
                },
                id="categories",
            ),
        ],
    )
    def test_columns(self, infer_from: InferFrom, column: str, schema: dict[str, Any]) -> None:
        definition = "import pandas as pd\ndef predict(df):\n    return [1] * len(df)"
        found = infer_from(definition, f"predict(pd.DataFrame({{'c': {column}}}))")
        assert found.input == "frame"
        assert found.record == {
            "type": "object",
            "properties": {"c": schema},
            "required": ["c"],
        }

    def test_whole_numbers_in_one_call_and_a_null_in_another(self, infer_from: InferFrom) -> None:
        found = infer_from(
            FRAME, "for c in ([1], [None, 2.5]): predict(pd.DataFrame({'a': c}, dtype=None))"
        )
        schema = {"type": ["number", "null"], "x-dtype": "float64"}
        assert found.record["properties"]["a"] == {**schema, **seen(1, 2.5)}

    @pytest.mark.parametrize(
        ("column", "schema"),
        [
            pytest.param(
                "range(10)", {"type": "integer", "x-dtype": "int64", **seen(0, 9)}, id="a range"
            ),
            pytest.param(
                "[1.0] * 9 + [None]",
                {"type": ["number", "null"], "x-dtype": "float64", **seen(1.0, 1.0)},
                id="a null",
            ),
            pytest.param(
                "[1.0] * 9 + [np.inf]", {"type": "number", "x-dtype": "float64"}, id="infinity"
            ),
            pytest.param(
                "['a', 'b', 'a', 'a', 'a', 'b', 'a', 'a', 'c', 'a']",
                {"type": "string", "x-dtype": "str", "x-known": ["a", "b", "c"]},
                id="categories",
            ),
            pytest.param(
                "list('abcdefghij')", {"type": "string", "x-dtype": "str"}, id="names are none"
            ),
            pytest.param(
                "np.array(['a'] * 9 + [1], object)",
                {"type": ["integer", "string"], "x-dtype": "object"},
                id="another type",
            ),
            pytest.param(
                "pd.Series(['a'] * 9 + [np.nan], dtype=object)",
                {
                    "type": ["string", "null"],
                    "x-dtype": "object",
                    "x-null": "nan",
                    "x-known": ["a"],
                },
                id="a NaN among objects",
            ),
            pytest.param(
                "pd.Series([pd.Timestamp('2024-01-31').date()] * 10, dtype=object)",
                {
                    "type": "string",
                    "x-dtype": "object",
                    "x-python": "datetime.date",
                    "format": "date",
                },
                id="dates as objects",
            ),
        ],
    )
    def test_all_rows_tell_of_which_a_sample_is_kept(
        self, infer_from: InferFrom, column: str, schema: dict[str, Any]
    ) -> None:
        found = infer_from(
            "import numpy as np, pandas as pd\ndef predict(df):\n    return [1] * len(df)",
            f"predict(pd.DataFrame({{'a': {column}}}))",
        )
        assert len(found.calls[0].records) == 4
        assert found.record["properties"]["a"] == schema

    def test_calls_tell_together(self, infer_from: InferFrom) -> None:
        found = infer_from(
            "import pandas as pd\ndef predict(df):\n    return [1] * len(df)",
            "for c, d in (['x', 'y'], [1, 2]), (['z', 'x'], [None, None]):\n"
            "    predict(pd.DataFrame({'c': pd.Categorical(c), 'd': pd.Series(d)}))",
        )
        category, number = found.record["properties"].values()
        assert category["x-categories"] == ["x", "y", "z"]
        assert number == {"type": ["number", "null"], "x-dtype": "float64", **seen(1, 2)}
        assert found.known["d"] == (1, 2)

    @pytest.mark.parametrize(
        ("labels", "expected"),
        [
            pytest.param("[1, 2]", {"1": 1, "2": 2}, id="whole numbers"),
            pytest.param("[0.5, 2.0]", {"0.5": 0.5, "2.0": 2.0}, id="fractions"),
            pytest.param("['a', 1]", {"a": None, "1": 1}, id="a string and a number"),
        ],
    )
    def test_columns_called_by_numbers(
        self, infer_from: InferFrom, labels: str, expected: dict[str, Any]
    ) -> None:
        found = infer_from(FRAME, f"predict(pd.DataFrame([[1, 2]], columns={labels}))")
        named = {name: s.get("x-label") for name, s in found.record["properties"].items()}
        assert named == expected

    def test_columns_keep_their_order(self, infer_from: InferFrom) -> None:
        found = infer_from(FRAME, "predict(pd.DataFrame({'z': [1], 'a': [2], 'm': [3]}))")
        assert list(found.record["properties"]) == ["z", "a", "m"]

    @pytest.mark.parametrize(
        ("answer", "rows", "expected"),
        [
            pytest.param(
                "df['a'] * 2", [1, 2], Call([{"a": 1}, {"a": 2}], [2, 4], True), id="rows"
            ),
            pytest.param("df['a'] * 2", [3], Call([{"a": 3}], [6], False), id="one row"),
            pytest.param(
                "float(df['a'].iloc[0])", [3], Call([{"a": 3}], [3.0], False), id="a value for it"
            ),
            pytest.param(
                "df.assign(b=1)",
                [1, 2],
                Call([{"a": 1}, {"a": 2}], [{"a": 1, "b": 1}, {"a": 2, "b": 1}], True),
                id="a table",
            ),
        ],
    )
    def test_answers(
        self, infer_from: InferFrom, answer: str, rows: list[int], expected: Call
    ) -> None:
        definition = f"import pandas as pd\ndef predict(df):\n    return {answer}"
        found = infer_from(definition, f"predict(pd.DataFrame({{'a': {rows}}}))")
        assert found.calls == (expected,)
        assert found.whole == ("float" in answer)
        assert found.answers_are == ("dict" if "assign" in answer else "value")


class TestCallsThatAreNotKept:
    """The test's recorder keeps five."""

    ROWS = "rows = [{'a': i, 'b': 'xy'[i % 2]} for i in range(9)]\n"

    @pytest.mark.parametrize(
        ("definition", "calls"),
        [
            pytest.param("p", "for row in rows: predict(row)", id="dicts"),
            pytest.param("a, b", "for row in rows: predict(**row)", id="arguments"),
            pytest.param("rows", "predict(rows)", id="a list of dicts"),
            pytest.param(
                "row",
                "import pandas as pd\npd.DataFrame(rows).apply(predict, axis=1)",
                id="rows of a table",
            ),
        ],
    )
    def test_they_tell_of_ranges_and_values(
        self, infer_from: InferFrom, definition: str, calls: str
    ) -> None:
        answer = "[1 for row in rows]" if definition == "rows" else "1"
        found = infer_from(f"def predict({definition}):\n    return {answer}", self.ROWS + calls)
        properties = found.record["properties"]
        assert properties["a"]["x-seen"] == {"min": 0, "max": 8}
        assert properties["b"]["x-known"] == ["x", "y"]

    def test_they_tell_of_nulls_and_of_what_is_not_always_there(
        self, infer_from: InferFrom
    ) -> None:
        found = infer_from(
            "def predict(p):\n    return 1",
            "for i in range(9): predict({'a': i, 'b': 1, 'c': 1.5})",
            "predict({'a': None, 'c': float('nan')})",
        )
        a, b, c = found.record["properties"].values()
        assert (a["type"], b["type"], c["type"]) == (
            ["number", "null"],
            "number",
            ["number", "null"],
        )
        assert c["x-null"] == "nan"
        assert "x-null" not in a
        assert found.record["required"] == ["a", "c"]


@pytest.mark.parametrize(
    ("definition", "calls", "told"),
    [
        pytest.param(
            "def predict(p):\n    return 1",
            "predict({'a': 1}); predict(2)",
            "called in different ways: with a dict and with plain arguments",
            id="two kinds of calls",
        ),
        pytest.param(
            "def predict(a, model):\n    return 1",
            "predict(1, object())",
            "called with a object for 'model', which JSON cannot carry",
            id="an argument beyond JSON",
        ),
        pytest.param(
            "def predict(p):\n    return object()",
            "predict({'a': 1})",
            "answers with a object, which JSON cannot carry",
            id="an answer beyond JSON",
        ),
        pytest.param(
            "def predict(a, /):\n    return 1",
            "predict(1)",
            "has the parameter 'a', which has no name in a call",
            id="positional only",
        ),
        pytest.param(
            "def predict(*a):\n    return 1", "predict(1)", "has the parameter 'a'", id="*args"
        ),
        pytest.param(
            FRAME,
            "predict(pd.DataFrame({'a': [1]})); predict(pd.DataFrame({'b': [1]}))",
            "called with DataFrames of different columns",
            id="different columns",
        ),
        pytest.param(
            FRAME,
            "predict(pd.DataFrame({('u', 1): [1]}))",
            "which JSON cannot carry (('u', 1) cannot be a key",
            id="columns called by tuples",
        ),
        pytest.param(
            FRAME,
            "predict(pd.DataFrame([[1, 2]], columns=['a', 'a']))",
            "the column a of the DataFrame that predict is called with is there twice",
            id="a column that is there twice",
        ),
        pytest.param(
            FRAME,
            "predict(pd.DataFrame({'t': pd.period_range('2024', periods=1, freq='M')}))",
            "the column 't' has the dtype period[M]",
            id="a dtype that JSON has no word for",
        ),
        pytest.param(
            "import pandas as pd\ndef predict(df):\n    return df['a'].mean()",
            "predict(pd.DataFrame({'a': [1, 2]}))",
            "was given 2 rows and answered with one value",
            id="one value for a table",
        ),
        pytest.param(
            "import pandas as pd\ndef predict(df):\n    return [1, 2, 3]",
            "predict(pd.DataFrame({'a': [1, 2]}))",
            "was given 2 rows and answered with 3 (list)",
            id="as many answers as there are no rows",
        ),
        pytest.param(
            "def predict(p):\n    print(p)",
            "predict({'a': 1})",
            "predict returns None in every call",
            id="an answer that is only printed",
        ),
    ],
)
def test_refuses(infer_from: InferFrom, definition: str, calls: str, told: str) -> None:
    with pytest.raises(Nb2serviceError) as refusal:
        infer_from(definition, calls)
    assert refusal.value.place == "nb.ipynb, cell 1"
    assert told in refusal.value.fact
    assert refusal.value.remedy
