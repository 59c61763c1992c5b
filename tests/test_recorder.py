"""What the recorder sees of predict's calls, in a real IPython."""

import builtins
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from support import ipython, kernel_side, run_cells

PREDICT = "seen = []\ndef predict(p):\n    seen.append(p)\n    return p['a']"
TABLE = (
    "import pandas as pd\nsizes = []\ndef predict(df):\n    sizes.append(len(df))\n"
    "    return (df['a'] - df['a'].mean()).tolist()"
)


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, InteractiveShell]]:
    with kernel_side() as package, ipython(tmp_path_factory.mktemp("ipython")) as shell:
        yield package, shell


@pytest.fixture
def shell(kernel: tuple[Any, InteractiveShell]) -> InteractiveShell:
    return kernel[1]


@pytest.fixture
def report(kernel: tuple[Any, InteractiveShell]) -> Callable[..., dict[str, Any]]:
    """Run cells under a recorder of their own, which keeps 5 calls and 4 rows."""
    package, shell = kernel
    return lambda *cells: run_cells(shell, package.recording.recorder.Recorder(), *cells)


def taken(report: dict[str, Any]) -> list[Any]:
    """The plain values of the one argument of each call."""
    return [next(iter(call["arguments"].values()))["plain"] for call in report["calls"]]


def answers(report: dict[str, Any]) -> list[Any]:
    return [call["answer"]["plain"] for call in report["calls"]]


def test_arguments_before_and_answers_after(report: Any) -> None:
    found = report(PREDICT, "predict({'a': 1})", "predict({'a': [2]})")
    assert (taken(found), answers(found), found["seen"]) == ([{"a": 1}, {"a": [2]}], [1, [2]], 2)
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_calls_in_the_cell_that_defines_it_are_seen(report: Any) -> None:
    found = report(f"{PREDICT}\npredict({{'a': 1}})")
    assert taken(found) == [{"a": 1}]


def test_an_argument_that_predict_changes_is_kept_as_it_was(report: Any) -> None:
    found = report("def predict(p):\n    p['a'] = p.pop('b')\n    return 1", "predict({'b': [3]})")
    assert taken(found) == [{"b": [3]}]


def test_an_answer_that_changes_later_is_kept_as_it_was(report: Any) -> None:
    found = report(
        "kept = []\ndef predict(p):\n    kept.append(p['a'])\n    return kept",
        "predict({'a': 1}); predict({'a': 2})",
    )
    assert answers(found) == [[1], [1, 2]]


def test_the_first_calls_are_kept_and_all_are_counted(report: Any) -> None:
    found = report(PREDICT, "for i in range(8): predict({'a': i})")
    assert taken(found) == [{"a": i} for i in range(5)]
    assert found["seen"] == 8


def test_predict_itself_is_not_changed(report: Any, shell: InteractiveShell) -> None:
    report(
        "def predict(p, *, by=2):\n    'Doc.'\n    return p['a'] * by",
        "x = predict({'a': 2}, by=3)",
    )
    assert shell.user_ns["x"] == 6
    predict = shell.user_ns["predict"]
    assert (predict.__name__, predict.__doc__) == ("predict", "Doc.")


def test_a_call_within_a_call_is_no_request(report: Any) -> None:
    found = report(
        "def predict(p):\n    return 1 if p['a'] < 1 else predict({'a': p['a'] - 1}) + 1",
        "predict({'a': 3})",
    )
    assert (taken(found), answers(found), found["seen"]) == ([{"a": 3}], [4], 1)


def test_a_call_that_fails_is_no_example_and_fails_as_it_did(
    report: Any, shell: InteractiveShell
) -> None:
    found = report(
        PREDICT,
        "try:\n    predict({})\nexcept KeyError as e:\n    told = str(e)",
        "predict({'a': 1})",
    )
    assert shell.user_ns["told"] == "'a'"
    assert taken(found) == [{"a": 1}]


@pytest.mark.parametrize(
    "call", ["predict()", "predict(1, 2)", "predict(1, colour=2)"], ids=["few", "many", "unknown"]
)
def test_wrong_arguments_are_the_caller_s_type_error(
    report: Any, shell: InteractiveShell, call: str
) -> None:
    report(PREDICT, f"try:\n    {call}\nexcept TypeError as e:\n    wrong = True")
    assert shell.user_ns.pop("wrong") is True


def test_another_function_of_that_name_is_not_watched(report: Any) -> None:
    found = report(
        PREDICT, "predict({'a': 1})", "def predict(x):\n    return x", "predict({'a': 2})"
    )
    assert taken(found) == [{"a": 1}]


def test_only_the_function_of_that_name_is_watched(report: Any, shell: InteractiveShell) -> None:
    report(f"def helper(p):\n    return p\n{PREDICT}", "helper(1)")
    assert hasattr(shell.user_ns["predict"], "__wrapped__")
    assert not hasattr(shell.user_ns["helper"], "__wrapped__")


def test_decorators_of_the_notebook_are_inside(report: Any) -> None:
    found = report(
        "def double(f):\n    return lambda p: f(p) * 2\n@double\ndef predict(p):\n    return p['a']",
        "predict({'a': 2})",
    )
    assert answers(found) == [4]  # what a caller gets


def test_parameters(report: Any) -> None:
    found = report("def predict(a: int, b: 'str' = 'x', *, c: float | None = None, **d): return 1")
    assert [(p["name"], p["kind"], p["annotation"]) for p in found["parameters"]] == [
        ("a", "POSITIONAL_OR_KEYWORD", "int"),
        ("b", "POSITIONAL_OR_KEYWORD", "str"),
        ("c", "KEYWORD_ONLY", "float | None"),
        ("d", "VAR_KEYWORD", ""),
    ]
    assert [p.get("default") for p in found["parameters"]] == [None, "'x'", "None", None]


def test_keywords_go_by_their_own_names(report: Any) -> None:
    found = report("def predict(a, **more):\n    return 1", "predict(1, b=2, c=3)")
    (call,) = found["calls"]
    assert {name: a["plain"] for name, a in call["arguments"].items()} == {"a": 1, "b": 2, "c": 3}


def test_what_json_cannot_carry_is_told_and_does_not_disturb(
    report: Any, shell: InteractiveShell
) -> None:
    found = report("def predict(p):\n    return object()", "answer = predict(object())")
    (call,) = found["calls"]
    assert "plain" not in call["arguments"]["p"]
    assert "plain" not in call["answer"]
    assert "object" in call["answer"]["unplain"]
    assert type(shell.user_ns["answer"]) is object


def test_a_small_table_is_called_once(report: Any, shell: InteractiveShell) -> None:
    found = report(TABLE, "predict(pd.DataFrame({'a': [1, 2, 3, 6]}))")
    assert shell.user_ns["sizes"] == [4]
    assert taken(found) == [[{"a": 1}, {"a": 2}, {"a": 3}, {"a": 6}]]
    assert answers(found) == [[-2.0, -1.0, 0.0, 3.0]]


def test_of_a_large_table_an_even_sample_is_a_call_of_its_own(
    report: Any, shell: InteractiveShell
) -> None:
    found = report(TABLE, "answer = predict(pd.DataFrame({'a': range(10)}))")
    assert shell.user_ns["sizes"] == [10, 4]
    assert len(shell.user_ns["answer"]) == 10  # the notebook goes on with its own
    assert taken(found) == [[{"a": 0}, {"a": 2}, {"a": 5}, {"a": 7}]]
    # The answers are those of a table of 4, whose mean is 3.5, not a cut of those of 10.
    assert answers(found) == [[-3.5, -1.5, 1.5, 3.5]]
    assert found["seen"] == 1


def test_a_table_that_predict_changes_in_place_is_sampled_as_it_was(report: Any) -> None:
    found = report(
        "import pandas as pd\ndef predict(df):\n    df['a'] += 1\n    return df['a'].tolist()",
        "predict(pd.DataFrame({'a': range(8)}))",
    )
    assert taken(found) == [[{"a": 0}, {"a": 2}, {"a": 4}, {"a": 6}]]
    assert answers(found) == [[1, 3, 5, 7]]


def test_a_null_beyond_the_sample_is_known(report: Any) -> None:
    found = report(TABLE, "predict(pd.DataFrame({'a': [1.0] * 7 + [None]}))")
    (column,) = found["calls"][0]["arguments"]["df"]["columns"]
    assert (column["name"], column["dtype"], column["null"]) == ("a", "float64", True)
    assert all(row == {"a": 1.0} for row in taken(found)[0])


def test_nothing_stays_in_the_shell(report: Any, shell: InteractiveShell) -> None:
    before = list(shell.ast_transformers)
    report(PREDICT, "predict({'a': 1})")
    assert shell.ast_transformers == before
    assert not [name for name in shell.user_ns if "nb2service" in name]


def test_the_kernel_side_of_a_test_leaves_nothing(kernel: tuple[Any, InteractiveShell]) -> None:
    before = {n: m for n, m in sys.modules.items() if n.startswith("_nb2service")}
    with kernel_side() as package:
        assert package is not kernel[0]
        package.recording.recorder.RECORDER.seen = 7
    assert {n: m for n, m in sys.modules.items() if n.startswith("_nb2service")} == before
    assert kernel[0].recording.recorder.RECORDER.seen == 0
    assert not hasattr(builtins, kernel[0].recording.recorder.HOOK)
