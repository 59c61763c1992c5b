"""The folder `model/`: code that reads like the notebook, a contract, checksums."""

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from nb2service import places
from nb2service.closure.items import Item
from nb2service.closure.modules import LocalModule
from nb2service.contract.infer import Call
from nb2service.writing.source import predict_source
from nb2service.writing.write import contract_of, write_checksums, write_contract, write_model
from support import MakeNotebook, an_artifact, an_extraction, an_inference, files

PREDICT = "#| predict\ndef predict(payload):\n    return payload['a']"
CALL = "predict({'a': 1})"


@pytest.fixture
def source(make_notebook: MakeNotebook) -> Any:
    """The text of `predict.py` for these items, below a notebook of these cells."""

    def write(
        *items: Item, cells: tuple[str, ...] = (PREDICT, CALL), name: str = "nb.ipynb"
    ) -> str:
        return predict_source(*an_extraction(make_notebook(*cells, name=name), *items))

    return write


def load(text: str) -> dict[str, Any]:
    """The names that running the text binds; artifacts are loaded as their file names."""
    lines = [line for line in text.splitlines() if not line.startswith("from model.loading")]
    names: dict[str, Any] = {"load_artifact": str, "load_artifact_": str, "load": str}
    exec("\n".join(lines), names)
    return names


def test_the_order_is_imports_constants_helpers_artifacts_predict(source: Any) -> None:
    text = source(
        Item("scaler", "artifact", 'scaler = load_artifact("s")', 4, artifact=an_artifact()),
        Item(
            "clean", "code", "def clean(s):\n    return s * CUT", 3, calls_need=frozenset({"CUT"})
        ),
        Item("CUT", "literal", "CUT = 0.5", 2),
        Item("math", "import", "import math", 1),
    )
    assert text == (
        '"""Extracted from nb.ipynb, cell 1, by nb2service 0.1.0.\n\n'
        'Do not edit it: change the notebook and generate again.\n"""\n\n'
        "# cell 1\nimport math\n\n"
        "from model.loading import load as load_artifact\n\n"
        "# cell 2\nCUT = 0.5\n\n\n"
        "# cell 3\ndef clean(s):\n    return s * CUT\n\n\n"
        "# cell 4, computed there: StandardScaler\n"
        'scaler = load_artifact("s")\n\n\n'
        "# cell 1, the marked one\ndef predict(payload):\n    return payload['a']\n"
    )


def test_what_runs_at_once_comes_after_what_it_needs(source: Any) -> None:
    text = source(
        Item("a", "literal", "a = [b() + c]", 1, needs=frozenset({"b", "c"})),
        Item("b", "code", "def b():\n    return 1", 2),
        Item("c", "literal", "c = 2", 3),
    )
    assert load(text)["a"] == [3]


def test_an_artifact_comes_after_all_that_its_classes_call(source: Any) -> None:
    text = source(
        Item("a", "artifact", "a = Own().f()", 1, needs=frozenset({"Own"}), artifact=an_artifact()),
        Item(
            "Own",
            "code",
            "class Own:\n    def f(self):\n        return helper()",
            2,
            calls_need=frozenset({"helper"}),
        ),
        Item("helper", "code", "def helper():\n    return late", 3, calls_need=frozenset({"late"})),
        Item("late", "artifact", 'late = load_artifact("l")', 4, artifact=an_artifact()),
    )
    assert load(text)["a"] == "l"


def test_functions_that_call_each_other_end(source: Any) -> None:
    text = source(
        Item("f", "code", "def f():\n    return g", 1, calls_need=frozenset({"g"})),
        Item("g", "code", "def g():\n    return f", 1, calls_need=frozenset({"f"})),
    )
    assert {"f", "g"} <= load(text).keys()


def test_one_statement_that_binds_two_names_stands_once(source: Any) -> None:
    text = source(Item("a", "code", "a, b = 1, 2", 1), Item("b", "code", "a, b = 1, 2", 1))
    assert text.count("a, b = 1, 2") == 1


@pytest.mark.parametrize(
    ("imports", "lines"),
    [
        pytest.param(
            ["from lib import a", "from lib import b"], ["from lib import a, b"], id="one statement"
        ),
        pytest.param(
            ["from lib import a as x", "from lib import b"],
            ["from lib import a as x, b"],
            id="renamed",
        ),
        pytest.param(
            ["from lib import a  # why", "from lib import b"],
            ["from lib import a  # why", "from lib import b"],
            id="a comment stays with its line",
        ),
        pytest.param(["import a", "import b"], ["import a", "import b"], id="modules"),
        pytest.param(
            ["import os.path\nimport os.x", "import os.path"],
            ["import os.path", "import os.x"],
            id="each line once",
        ),
    ],
)
def test_imports(source: Any, imports: list[str], lines: list[str]) -> None:
    items = [Item(f"n{i}", "import", text, 1, i) for i, text in enumerate(imports)]
    assert "# cell 1\n" + "\n".join(lines) + "\n\n" in source(*items)


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        pytest.param(["import math"], [], id="by its own name"),
        pytest.param(["import math as m"], ["m"], id="by the notebook's name"),
        pytest.param([], [], id="not imported by the notebook"),
    ],
)
def test_a_module_in_a_computed_literal(source: Any, cells: list[str], names: list[str]) -> None:
    items = [Item(n, "import", text, 1) for n, text in zip(names or ["math"], cells, strict=False)]
    literal = Item("x", "literal", "x = math.floor(2.5)", 1, 2, computed=True, modules=("math",))
    text = source(*items, literal)
    assert load(text)["x"] == 2
    assert f"x = {(names or ['math'])[0]}.floor(2.5)" in text
    assert text.count("import ") == 1


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({f"key {i}": [i, None] for i in range(60)}, id="a dict"),
        pytest.param(list(range(200)), id="a list"),
        pytest.param(tuple("abc" * 40), id="a tuple"),
        pytest.param({f"item {i}" for i in range(40)}, id="a set"),
        pytest.param(["x" * 200, "y"], id="an item that is longer than a line"),
        pytest.param("x" * 300, id="a string, which has no place to break"),
        pytest.param([{"a": [1, (2,)]}] * 30, id="nested"),
    ],
)
def test_a_long_computed_value_is_broken_at_its_commas(source: Any, value: Any) -> None:
    text = source(Item("x", "literal", f"x = {value!r}", 1, computed=True))
    assert load(text)["x"] == value
    long = [line for line in text.splitlines() if len(line) > 100]
    assert all("xxxx" in line for line in long)
    assert "# cell 1, computed there\n" in text


def test_what_was_written_stays_as_it_was_written(source: Any) -> None:
    written = "x = [ 1,2,   3 ]  # as is" + " " * 2 + "and long" * 20
    assert written in source(Item("x", "literal", written, 1))


def test_the_notebook_s_own_name_for_the_loader_is_kept(source: Any) -> None:
    text = source(
        Item("load_artifact", "code", "def load_artifact(x):\n    return 'mine'", 1),
        Item("s", "artifact", 's = load_artifact("file")', 2, artifact=an_artifact()),
    )
    assert "from model.loading import load as load_artifact_\n" in text
    assert load(text)["s"] == "file"


@pytest.mark.parametrize(
    "name",
    ['it\'s "quoted".ipynb', 'ends with "', '"""', "back\\slash\\n.ipynb", "ä {{ x }}.ipynb"],
)
def test_any_name_of_a_notebook_is_data(source: Any, name: str) -> None:
    text = source(name=name)
    assert load(text)["__doc__"].startswith(f"Extracted from {name}, cell 1,")


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param(PREDICT, id="the line"),
        pytest.param(f"# | predict: -> x\n{PREDICT.partition(chr(10))[2]}", id="with an answer"),
        pytest.param(f"%%time\n{PREDICT}", id="below a magic"),
        pytest.param(f"{PREDICT}\n\nx = 1", id="more below it"),
    ],
)
def test_the_mark_itself_does_not_come_along(source: Any, cell: str) -> None:
    text = source(cells=(cell, CALL))
    assert "| predict" not in text
    assert text.endswith("def predict(payload):\n    return payload['a']\n")


def test_comments_and_decorators_of_predict_come_along(source: Any) -> None:
    cell = "#| predict\n# why so\n@staticmethod\ndef predict(p):\n    return p  # here"
    assert source(cells=(cell, CALL)).endswith(
        "# why so\n@staticmethod\ndef predict(p):\n    return p  # here\n"
    )


def test_future_imports_come_first(source: Any) -> None:
    cells = ("from __future__ import annotations\nimport math", PREDICT, CALL)
    text = source(Item("math", "import", "import math", 1), cells=cells)
    assert text.index("from __future__") < text.index("import math")
    load(text)


def test_a_name_that_no_cell_shows(source: Any) -> None:
    assert "# no cell shows where this comes from\nx = 1\n" in source(
        Item("x", "literal", "x = 1", None)
    )


def test_contract(make_notebook: MakeNotebook) -> None:
    calls = tuple(Call([{"a": a}], [{"score": a}], many=False) for a in (1, 1, 2, 3, 4))
    item = Item("scaler", "artifact", "", 1, artifact=an_artifact(state={"k": 1}))
    _, taken = an_extraction(
        make_notebook(PREDICT, CALL), item, inference=an_inference(calls=calls)
    )
    found = contract_of(taken)
    assert found == contract_of(taken)
    assert found["title"] == "nb"
    assert found["model_version"] == "v1"
    assert found["$defs"]["record"] == taken.inference.record
    assert found["predict"]["function"] == "predict"
    assert found["predict"]["answer_name"] == "prediction"
    assert found["artifacts"] == {
        "scaler.joblib": {
            "format": "joblib_pickle",
            "type": "sklearn.preprocessing._data.StandardScaler",
            "bytes": 1234,
            "sha256": "0" * 64,
            "state": {"k": 1},
        }
    }
    # Three different ones are enough to show what a request looks like.
    assert found["examples"] == [{"record": {"a": a}, "answer": {"score": a}} for a in (1, 2, 3)]
    assert found["provenance"]["notebook"] == "nb.ipynb"
    assert str(taken.notebook.path.parent) not in json.dumps(found)


def test_modules_of_ones_own_have_their_checksums(
    make_notebook: MakeNotebook, tmp_path: Path
) -> None:
    (tmp_path / "ours.py").write_text("rate = 3\n", encoding="utf-8")
    module = LocalModule("ours", tmp_path / "ours.py", "predict")
    _, alone = an_extraction(make_notebook(PREDICT, CALL))
    _, taken = an_extraction(make_notebook(PREDICT, CALL), modules=(module,))
    assert "modules" not in contract_of(alone)["provenance"]
    digest = hashlib.sha256(b"rate = 3\n").hexdigest()
    assert contract_of(taken)["provenance"]["modules"] == {"ours": digest}


def test_the_answer_has_the_name_that_the_mark_gives(make_notebook: MakeNotebook) -> None:
    named = PREDICT.replace("#| predict", "#| predict: payload -> churn")
    _, taken = an_extraction(make_notebook(named, CALL))
    assert contract_of(taken)["predict"]["answer_name"] == "churn"


def test_a_contract_is_read_as_it_was_written(tmp_path: Path) -> None:
    contract = {"z": 1, "a": {"é": [None, 0.1]}}
    write_contract(tmp_path, contract)
    text = (tmp_path / "contract.json").read_text(encoding="utf-8")
    assert json.loads(text) == contract
    assert text.index("z") < text.index("a")  # the order of features is the order of columns
    assert "é" in text
    assert text.endswith("}\n")


def test_a_contract_holds_no_nan(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        write_contract(tmp_path, {"a": float("nan")})


@pytest.fixture
def model(make_notebook: MakeNotebook, tmp_path: Path) -> Path:
    """A written `model/` with one artifact."""
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "scaler.joblib").write_bytes(b"bytes")
    (tmp_path / "saved" / "left over").write_bytes(b"of an earlier call")
    item = Item("scaler", "artifact", 'scaler = load_artifact("x")', 1, artifact=an_artifact())
    scope, taken = an_extraction(make_notebook(PREDICT, CALL), item)
    write_model(scope, taken, tmp_path / "model", tmp_path / "saved")
    write_contract(tmp_path / "model", contract_of(taken))
    write_checksums(tmp_path / "model")
    return tmp_path / "model"


def test_the_folder_holds_what_is_needed_and_no_more(model: Path) -> None:
    found = files(model)
    assert found.keys() == {
        "SHA256SUMS",
        "__init__.py",
        "allowed.py",
        "artifacts/scaler.joblib",
        "calls.json",
        "contract.json",
        "formats/__init__.py",
        "formats/joblib_pickle.py",
        "loading.py",
        "predict.py",
        "threads.py",
        "unpickling.py",
    }
    assert found["artifacts/scaler.joblib"] == b"bytes"
    assert found["formats/joblib_pickle.py"] == (places.FORMATS / "joblib_pickle.py").read_bytes()
    assert json.loads(found["calls.json"]) == [
        {"records": [{"a": 1}], "answers": [{"score": 0.5}], "many": False}
    ]


def test_without_artifacts_there_are_no_formats(
    make_notebook: MakeNotebook, tmp_path: Path
) -> None:
    scope, taken = an_extraction(make_notebook(PREDICT, CALL))
    write_model(scope, taken, tmp_path / "model", tmp_path)
    names = {
        "__init__.py",
        "allowed.py",
        "calls.json",
        "loading.py",
        "predict.py",
        "threads.py",
        "unpickling.py",
    }
    assert files(tmp_path / "model").keys() == names
    assert "model.loading" not in (tmp_path / "model" / "predict.py").read_text()


def test_a_folder_that_is_there_is_not_written_over(
    make_notebook: MakeNotebook, tmp_path: Path
) -> None:
    (tmp_path / "model").mkdir()
    scope, taken = an_extraction(make_notebook(PREDICT, CALL))
    with pytest.raises(FileExistsError):
        write_model(scope, taken, tmp_path / "model", tmp_path)


def check(model: Path) -> subprocess.CompletedProcess[str]:
    command = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    return subprocess.run(command, cwd=model, capture_output=True, text=True)


def test_sha256sum_agrees(model: Path) -> None:
    assert check(model).returncode == 0
    listed = [line[66:] for line in (model / "SHA256SUMS").read_text().splitlines()]
    assert sorted(listed) == sorted(files(model).keys() - {"SHA256SUMS"})


def test_sha256sum_finds_a_changed_file(model: Path) -> None:
    (model / "predict.py").write_text("changed")
    done = check(model)
    assert done.returncode == 1
    assert "predict.py: FAILED" in done.stdout


def test_checksums_again_are_the_same_and_know_no_bytecode(model: Path) -> None:
    before = (model / "SHA256SUMS").read_bytes()
    (model / "__pycache__").mkdir()
    (model / "__pycache__" / "predict.pyc").write_bytes(b"x")
    write_checksums(model)
    assert (model / "SHA256SUMS").read_bytes() == before
