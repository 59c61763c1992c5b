"""A notebook that is not run: which statements run in its place, what is loaded, what is refused."""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from nb2service.errors import Nb2serviceError
from nb2service.extraction import Extraction
from nb2service.look import Look, look
from nb2service.running.kernels import choose
from nb2service.take import Clock, take
from nb2service.unrun import cheap
from nb2service.unrun.outputs import are_alike
from nb2service.unrun.reduce import reduced
from support import CHECKOUT, cookiecutter, write_notebook

ROUNDS = CHECKOUT / "example_notebooks" / "rounds_saved_model" / "rounds.ipynb"
IMPORTS = (
    "import joblib, pickle, json, torch, numpy as np, pandas as pd, xgboost as xgb, lightgbm as lgb\n"
    "from pathlib import Path\nfrom sklearn.linear_model import Ridge\nfrom xgboost import XGBClassifier"
)
TRAIN = "X, y = pd.read_csv('far/away.csv'), 1\nvalue = Ridge().fit(X, y)"
PREDICT = "#| predict\ndef predict(payload):\n    return value"
CALL = "predict({'a': 1})"


def reduce(folder: Path, *cells: str, files: Mapping[str, bytes] | None = None) -> Look:
    """What is left of a notebook of these cells, beside these files."""
    path = write_notebook(folder / "nb.ipynb", *cells)
    for name, content in (files or {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return reduced(look(path))


def texts(looked: Look) -> dict[int, str]:
    """The text of each cell that is left, without its blank lines."""
    return {c.number: "\n".join(filter(None, c.source.split("\n"))) for c in looked.notebook.cells}


SAVED = [
    pytest.param("joblib.dump(value, 'f')", "__import__(\"joblib\").load('f')", id="joblib"),
    pytest.param(
        "joblib.dump(value, filename='f')", "__import__(\"joblib\").load('f')", id="by name"
    ),
    pytest.param(
        "PATH = 'f'\njoblib.dump(value, PATH)", "__import__(\"joblib\").load('f')", id="a name"
    ),
    pytest.param(
        "D = Path('.')\njoblib.dump(value, D / 'f')",
        "__import__(\"joblib\").load('./f')",
        id="a path",
    ),
    pytest.param(
        "V = 'f'\njoblib.dump(value, f'./{V}')",
        "__import__(\"joblib\").load('./f')",
        id="an f-string",
    ),
    pytest.param("pickle.dump(value, open('f', 'wb'))", "Path('f')", id="pickle"),
    pytest.param(
        "with open('f', 'wb') as g:\n    pickle.dump(value, g)", "Path('f')", id="in a with"
    ),
    pytest.param(
        "with Path('f').open('wb') as g:\n    pickle.dump(value, g)",
        "Path('f')",
        id="a path that is opened",
    ),
    pytest.param("joblib.dump({'m': value, 'x': X}, 'f')", "load('f')['m']", id="in a dict"),
    pytest.param("joblib.dump((X, value), 'f')", "load('f')[1]", id="in a tuple"),
    pytest.param("with open('f', 'w') as g:\n    json.dump(value, g)", "json", id="JSON"),
    pytest.param(
        "np.save('f', value)", "__import__(\"numpy\").load('f', allow_pickle=True)", id="NumPy"
    ),
    pytest.param("value.to_csv('f')", "read_csv('f', index_col=0)", id="a table with its index"),
    pytest.param("value.to_csv('f', index=False)", "read_csv('f')", id="a table without it"),
    pytest.param("value.to_pickle('f')", "read_pickle('f')", id="a pickled table"),
    pytest.param("torch.save(value, 'f')", "load('f', weights_only=False)", id="a torch module"),
    pytest.param("if True:\n    joblib.dump(value, 'f')", "load('f')", id="in an if"),
]


@pytest.mark.parametrize(("save", "load"), SAVED)
def test_a_saved_value_is_loaded(save: str, load: str, tmp_path: Path) -> None:
    looked = reduce(tmp_path, IMPORTS, TRAIN, save, PREDICT, CALL, files={"f": b""})
    left = texts(looked)
    path_is_imported = "from pathlib import Path" in left.get(1, "")
    assert left.pop(1, "") == "" or path_is_imported
    assert left[2].startswith("value = ")
    assert load in left[2].replace('"', "'") or load in left[2]
    assert "fit" not in left[2]
    assert looked.reduced is not None
    assert re.fullmatch(r"from (\./)?f \(cell 3\)", looked.reduced.files["value"])


MODELS = [
    pytest.param(
        "value = XGBClassifier(max_depth=3)\nvalue.fit(X, y)",
        "value = XGBClassifier(max_depth=3); value.load_model('f')",
        id="an estimator",
    ),
    pytest.param(
        "value = XGBClassifier(max_depth=3).fit(X, y)",
        "value = XGBClassifier(max_depth=3); value.load_model('f')",
        id="fitted at once",
    ),
    pytest.param(
        "best = search.fit(X, y)\nvalue = XGBClassifier(**best.best_params_)\nvalue.fit(X, y)",
        "value = XGBClassifier(); value.load_model('f')",
        id="with parameters that were searched",
    ),
    pytest.param(
        "value = xgb.train({}, xgb.DMatrix(X))",
        "value = __import__('xgboost').Booster(); value.load_model('f')",
        id="a booster",
    ),
    pytest.param(
        "value = lgb.train({}, lgb.Dataset(X))",
        "value = __import__(\"lightgbm\").Booster(model_file='f')",
        id="a booster of LightGBM",
    ),
]


@pytest.mark.parametrize(("trained", "loaded"), MODELS)
def test_a_model_in_its_own_format(trained: str, loaded: str, tmp_path: Path) -> None:
    data = "X, y = pd.read_csv('far/away.csv'), 1\nsearch = Ridge()"
    save = "value.save_model('f')"
    looked = reduce(tmp_path, IMPORTS, data, trained, save, PREDICT, CALL, files={"f": b""})
    assert texts(looked)[3] == loaded


def test_weights_are_loaded_into_the_notebook_s_own_network(tmp_path: Path) -> None:
    network = "class Net(torch.nn.Module):\n    def __init__(self, n):\n        super().__init__()"
    train = "value = Net(4)\nfor i in range(9):\n    value.fit(i)\nvalue.eval()"
    save = "torch.save(value.state_dict(), 'f')"
    looked = reduce(tmp_path, IMPORTS, network, train, save, PREDICT, CALL, files={"f": b""})
    assert texts(looked)[2] == network
    assert texts(looked)[3] == (
        "value = Net(4); value.load_state_dict(__import__(\"torch\").load('f', weights_only=False)); "
        "value.eval()"
    )


CHEAP = [
    pytest.param("value = joblib.load('f')", id="joblib"),
    pytest.param("with open('f', 'rb') as g:\n    value = pickle.load(g)", id="pickle in a with"),
    pytest.param("value = pickle.load(open('f', 'rb'))", id="pickle"),
    pytest.param("value = pd.read_csv('f').set_index('a')", id="a small table"),
    pytest.param("t = pd.read_csv('f')\nvalue = dict(zip(t.a, t.b))", id="a dict of a small table"),
    pytest.param("value = XGBClassifier()\nvalue.load_model('f')", id="a model that is loaded"),
    pytest.param("value = json.loads(Path('f').read_text())", id="JSON"),
    pytest.param("value = [1, 2]\nvalue.append(3)", id="a list that grows"),
    pytest.param("value = np.array([1.0, 2.0])", id="an array"),
    pytest.param("value = pd.read_csv('f').sample(1, random_state=1)", id="rows that a seed picks"),
    pytest.param("a = 1; value = a + 1; b = 2", id="one line"),
    pytest.param("def f(x):\n    return x + 1\nvalue = f(2)", id="a call of a helper"),
    pytest.param("#| setup\nvalue = open('f')", id="a setup cell"),
    pytest.param("value = 1\nvalue += 1", id="a number that grows"),
    pytest.param("value = {p: joblib.load(p) for p in ['f']}", id="files under names made there"),
    pytest.param("# tag: parameters\nvalue = 3", id="a parameter"),
]


@pytest.mark.parametrize("made", CHEAP)
def test_what_is_cheap_runs_as_it_stands(made: str, tmp_path: Path) -> None:
    plot = "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot(X)"
    looked = reduce(tmp_path, IMPORTS, plot, TRAIN, made, PREDICT, CALL, files={"f": b"a,b\n1,2\n"})
    left = texts(looked)
    assert left[4].replace("b = 2", "").rstrip("; ") == made.replace("b = 2", "").replace(
        "# tag: parameters\n", ""
    ).rstrip("; ")
    assert not {2, 3} & left.keys()


def test_lines_stay_where_they_are(tmp_path: Path) -> None:
    cell = (
        "print('a')\n\n# says how\n# it is done\n@staticmethod\ndef helper(\n    x,\n):\n    return x\n"
        "train()\nvalue = helper(\n    1,\n)  # so"
    )
    predict = "\n%matplotlib inline\n#| predict\nprint(2)\ndef predict(payload):\n    return value"
    looked = reduce(tmp_path, "def train(): 1", cell, predict, CALL)
    lines = looked.notebook.cells[0].source.split("\n")
    assert lines == ["" if t in ("print('a')", "train()") else t for t in cell.split("\n")]
    assert looked.mark.definition.line == 5
    assert looked.mark.cell.source.split("\n")[2] == "#| predict"


DEAR = [
    pytest.param("value = Ridge().fit(X, y)", "the line calls fit()", {}, id="it trains"),
    pytest.param(
        "value = Ridge()\nvalue.fit(X, y)", "cell 3, line 2: `value`", {}, id="trained below"
    ),
    pytest.param(
        "value = [0]\nfor i in range(9):\n    value[0] += i",
        "the line loops",
        {},
        id="it loops",
    ),
    pytest.param(
        "value = np.mean(X)",
        "it needs `X`, and cell 2 reads far/away.csv, which is not there",
        {},
        id="far",
    ),
    pytest.param(
        "t = pd.read_csv('f')\nvalue = t.a.mean()",
        "0 MB and no small look-up",
        {"f": b"a" * 999},
        id="a large table",
    ),
    pytest.param(
        "value = joblib.load('gone')", "reads gone, which is not there", {}, id="a lost file"
    ),
    pytest.param(
        "value = pd.read_csv(X.name)",
        "a file whose name only running it would tell",
        {},
        id="a name",
    ),
    pytest.param(
        "value = pd.read_csv('https://x/a.csv')", "the line asks the network", {}, id="the net"
    ),
    pytest.param(
        "import requests\nvalue = requests.get('f')", "requests.get()", {}, id="a request"
    ),
    pytest.param(
        "def make():\n    m = Ridge()\n    m.fit(X, y)\n    return m\nvalue = make()",
        "calls fit()",
        {},
        id="a helper that trains",
    ),
    pytest.param(
        "value = Ridge().fit(X, y)\njoblib.dump(value, 'gone')",
        "cell 3 saves it to gone, which is not beside the notebook",
        {},
        id="saved, but not there",
    ),
    pytest.param(
        "value = Ridge()\njoblib.dump(value, 'f')\nvalue.fit(X, y)",
        "calls fit()",
        {"f": b""},
        id="saved before it was trained",
    ),
    pytest.param(
        "value = search.best_estimator_\nvalue.save_model('f')",
        "saves only a part of it to f",
        {"f": b""},
        id="no way to begin",
    ),
]


@pytest.mark.parametrize(("made", "told", "files"), DEAR)
def test_what_is_not_to_be_had(
    made: str, told: str, files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cheap, "LARGEST_TABLE", 100)
    data = TRAIN.partition("\n")[0]
    with pytest.raises(Nb2serviceError) as refusal:
        reduce(tmp_path, IMPORTS, data, "search = Ridge()\n" + made, PREDICT, CALL, files=files)
    text = str(refusal.value).replace("cell 3, line 3", "cell 3, line 2")
    assert "`value`, which predict needs, cannot be had without running the notebook" in text
    assert told in text
    assert text.endswith('    import joblib\n    joblib.dump(value, "value.joblib")')


def test_a_cell_that_is_not_python(tmp_path: Path) -> None:
    with pytest.raises(Nb2serviceError, match="syntax error"):
        reduce(tmp_path, "value = = 1", PREDICT, CALL)
    looked = reduce(tmp_path, "other = = 1", "value = 1", PREDICT, CALL, "predict(other)")
    assert looked.callers == [4]


def test_a_bare_cell(tmp_path: Path) -> None:
    train = "import joblib\nX = [[1], [2]]\nmodel = joblib.load('f')"
    with pytest.raises(Nb2serviceError, match="is only seen by running it"):
        reduce(tmp_path, train, "#| predict\ny = model.predict(X)", files={"f": b""})


def test_all_that_is_missing_is_named_at_once(tmp_path: Path) -> None:
    train = "model = Ridge().fit(X, y)\nscaler = Ridge().fit(X, y)"
    predict = (
        "#| predict\ndef predict(payload):\n    return helper(model)\ndef helper(m): return scaler"
    )
    with pytest.raises(Nb2serviceError) as refusal:
        reduce(tmp_path, IMPORTS, TRAIN.partition("\n")[0], train, predict, CALL)
    assert 'joblib.dump(model, "model.joblib")' in refusal.value.remedy
    assert 'joblib.dump(scaler, "scaler.joblib")' in refusal.value.remedy


def test_calls_that_cannot_be_made_are_left_out(tmp_path: Path) -> None:
    more = "predict(X.iloc[0].to_dict())\nrows = [{'a': 2}, {'a': 3}]\nfor row in rows:\n    predict(row)"
    looked = reduce(
        tmp_path, IMPORTS, TRAIN, "value = 1", PREDICT, more, "print(predict({'a': 1}))"
    )
    left = texts(looked)
    assert left[5] == more.partition("\n")[2]
    assert looked.callers == [5, 6]


def test_no_call_can_be_made(tmp_path: Path) -> None:
    with pytest.raises(Nb2serviceError) as refusal:
        reduce(tmp_path, IMPORTS, TRAIN, "value = 1", PREDICT, "predict(X.iloc[0])")
    assert "no call of predict can be made without running the notebook: the line reads far" in str(
        refusal.value
    )
    assert "#| example" in refusal.value.remedy


EXAMPLES = [
    pytest.param(
        ("#| example\n{'a': 1}", PREDICT), "predict({'a': 1})", id="a dict above the mark"
    ),
    pytest.param(
        (PREDICT, "# tag: example\ngiven = {'a': 1}"), "predict(given)", id="a name, by a tag"
    ),
    pytest.param(
        (PREDICT.replace("payload", "a, b"), "#| example\n{'a': 1, 'b': 2}"),
        "predict(**{'a': 1, 'b': 2})",
        id="arguments",
    ),
    pytest.param(
        (PREDICT, "#| example\nx = 1\npredict({'a': x})"), "predict({'a': x})", id="a call"
    ),
]


@pytest.mark.parametrize(("cells", "call"), EXAMPLES)
def test_a_cell_of_examples(cells: tuple[str, str], call: str, tmp_path: Path) -> None:
    unmade = "" if "payload" not in "".join(cells) else "predict(X)"
    looked = reduce(tmp_path, IMPORTS, TRAIN, "value = 1", *cells, unmade or "predict(X, y)")
    last = max(looked.callers)
    assert texts(looked)[last].split("\n")[-1] == call


def test_an_example_that_cannot_be_had(tmp_path: Path) -> None:
    with pytest.raises(Nb2serviceError, match="this example needs `X`, which cannot be had"):
        reduce(
            tmp_path, IMPORTS, TRAIN, "value = 1", PREDICT, "#| example\nX.iloc[0]", "predict(X)"
        )


def extracted(looked: Look, folder: Path) -> Extraction:
    """What a real kernel gives of a reduced notebook."""
    kernel = choose(looked.notebook, "")
    artifacts = folder / "artifacts"
    artifacts.mkdir()
    taken, _, prover = asyncio.run(
        take(looked, kernel, artifacts, lambda index, count, cell: None, Clock())
    )
    prover.close()
    return taken


CLASSES = "class Shift:\n    def __init__(self, by): self.by = by\n    def of(self, x): return x + self.by"


@pytest.mark.parametrize("compress", ["0", "3", "('gzip', 3)", "('lzma', 3)"])
def test_classes_of_the_notebook_in_its_files(compress: str, tmp_path: Path) -> None:
    made = f"value = train(lambda: Shift(2))\njoblib.dump(value, 'f.joblib', compress={compress})"
    cells = (
        "import joblib",
        CLASSES,
        "def train(make):\n    assert __import__('os').path.exists('data')\n"
        "    for i in range(1): x = make()\n"
        "    return x",
        made,
        "#| predict\ndef predict(payload):\n    return value.of(payload['a'])",
        CALL,
    )
    path = write_notebook(tmp_path / "nb.ipynb", *cells)
    (tmp_path / "data").touch()
    extracted(look(path), tmp_path)  # run once, as the user does
    (tmp_path / "data").unlink()
    (tmp_path / "again").mkdir()
    taken = extracted(reduced(look(path)), tmp_path / "again")
    assert [call.answers for call in taken.inference.calls] == [[3]]
    assert taken.items["value"].artifact is not None
    assert taken.items["Shift"].becomes == "code"
    assert taken.files == {"value": "from f.joblib (cell 4)"}
    assert any("run_notebook=no" in note for note in taken.notes)


def test_every_format_gives_back_what_was_saved(tmp_path: Path) -> None:
    cells = (
        "import joblib, json, pickle\nimport numpy as np, pandas as pd, scipy.sparse, xgboost as xgb\n"
        "from pathlib import Path\nfrom sklearn.preprocessing import StandardScaler",
        "data = np.loadtxt('data.txt')",
        "HOME = Path('saved')\nHOME.mkdir(exist_ok=True)\nX, y = data[:, :2], data[:, 2]\n"
        "scaler = StandardScaler().fit(X)\nmodel = xgb.XGBRegressor(n_estimators=3, max_depth=2)\n"
        "model.fit(X, y)\nbooster = xgb.train({'max_depth': 2}, xgb.DMatrix(X, y), 3)\n"
        "means = X.mean(axis=0)\nwide = scipy.sparse.csr_matrix(X)\nlimits = {'low': float(X.min())}\n"
        "table = pd.DataFrame(X, columns=['a', 'b'])\nother = table * 2\nthird = table + 1\n"
        "one, two = scaler.mean_, [1.5, 2.5]\ntwo.append(float(y[0]))",
        "with open(HOME / 'scaler.pkl', 'wb') as file:\n    pickle.dump(scaler, file)\n"
        "model.save_model(HOME / 'model.json')\nbooster.save_model('saved/booster.ubj')\n"
        "np.save(HOME / 'means.npy', means)\nscipy.sparse.save_npz(HOME / 'wide.npz', wide)\n"
        "json.dump(limits, open(HOME / 'limits.json', 'w'))\n"
        "table.to_csv('saved/table.csv')\nother.to_csv('saved/other.csv', index=False)\n"
        "third.to_pickle('saved/third.pkl')\n"
        "joblib.dump((one, two), 'saved/both.gz', compress=('gzip', 3))",
        "#| predict\ndef predict(a: float, b: float):\n    x = np.array([[a, b]])\n"
        "    found = [*scaler.transform(x)[0], model.predict(x)[0], booster.predict(xgb.DMatrix(x))[0]]\n"
        "    found += [*means, wide.sum(), limits['low'], *table.iloc[0], *other.iloc[1], *third.iloc[2]]\n"
        "    return [float(part) for part in [*found, *one, *two]]",
        "predict(0.5, 1.5)",
    )
    path = write_notebook(tmp_path / "nb.ipynb", *cells)
    rows = [f"{i * 0.37 % 1} {i * 0.71 % 2} {i}" for i in range(40)]
    (tmp_path / "data.txt").write_text("\n".join(rows))
    ran = extracted(look(path), tmp_path)
    (tmp_path / "data.txt").unlink()
    (tmp_path / "again").mkdir()
    taken = extracted(reduced(look(path)), tmp_path / "again")
    assert [c.answers for c in taken.inference.calls] == [c.answers for c in ran.inference.calls]
    assert len(taken.files) == 11


def with_output(path: Path, cell: int, **output: Any) -> Path:
    content = json.loads(path.read_text())
    content["cells"][cell - 1]["outputs"] = [output]
    path.write_text(json.dumps(content))
    return path


def showing(path: Path, cell: int, text: str) -> Path:
    shown = {"data": {"text/plain": text}, "metadata": {}, "execution_count": 1}
    return with_output(path, cell, output_type="execute_result", **shown)


TWO_THIRDS = ("import numpy as np\nvalue = np.float64(2) / 3", PREDICT, CALL)


def test_a_stored_output_that_is_the_same(tmp_path: Path) -> None:
    path = showing(write_notebook(tmp_path / "nb.ipynb", *TWO_THIRDS), 3, "0.6666666666666666")
    taken = extracted(reduced(look(path)), tmp_path)
    (note,) = taken.notes
    assert note.endswith("1 stored output was compared, and is the same.")


def test_a_stored_output_that_is_another(tmp_path: Path) -> None:
    path = showing(write_notebook(tmp_path / "nb.ipynb", *TWO_THIRDS), 3, "0.7")
    with pytest.raises(Nb2serviceError) as refusal:
        extracted(reduced(look(path)), tmp_path)
    assert refusal.value.place == "nb.ipynb, cell 3"
    assert "stored: 0.7\n    now:    np.float64(0.6666666666666666)" in str(refusal.value)


def test_printed_text_that_is_another_is_a_warning(tmp_path: Path) -> None:
    cells = (*TWO_THIRDS[:2], "print(predict({'a': 1}), 'at noon')")
    path = write_notebook(tmp_path / "nb.ipynb", *cells)
    with_output(
        path, 3, output_type="stream", name="stdout", text="0.6666666666666666 at midnight\n"
    )
    taken = extracted(reduced(look(path)), tmp_path)
    assert "Cell 3 prints other text now than what is stored" in taken.notes[-1]


@pytest.mark.parametrize(
    ("old", "new", "alike"),
    [
        pytest.param("{'p': 0.25}", "{'p': 0.25}", True, id="the same"),
        pytest.param("np.float64(0.25)", "0.25", True, id="NumPy 2 says types"),
        pytest.param(
            "array([0.1234567,\n 0.5  ])", "array([0.1234568, 0.5])", True, id="the last sign"
        ),
        pytest.param("array([0.1234567])", "array([0.1234589])", False, id="more than that"),
        pytest.param("77.5", "77.6", False, id="a rounded one"),
        pytest.param("0.7", "0.66667", False, id="shorter"),
        pytest.param("0.8850849866867065", "0.8850849866867", True, id="nearly all signs"),
        pytest.param("0.8850849866867065", "0.8851849866867065", False, id="the fourth sign"),
        pytest.param("3", "4", False, id="whole numbers"),
        pytest.param("[1, 2]", "[1, 2, 3]", False, id="more numbers"),
        pytest.param("'yes'", "'no'", False, id="words"),
        pytest.param("1.512345e-07", "1.512346e-07", True, id="small ones, the last sign"),
        pytest.param("1.5e-07", "1.8e-07", False, id="small ones"),
        pytest.param("-1.0", "1.0", False, id="the sign"),
    ],
)
def test_what_counts_as_the_same(old: str, new: str, alike: bool) -> None:
    assert are_alike(old, new) is alike


def test_modules_setup_parameters_and_bound_state(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "tool.py").write_text("def twice(x): return 2 * x")
    (tmp_path / "words.txt").write_text("a\nb\n")
    looked = reduce(
        tmp_path,
        "import sys\nsys.path.append('lib')\nfrom tool import twice\nimport pandas as pd",
        "from math import *",
        "# tag: parameters\nLIMIT = 3",
        "#| setup\nwords = open('words.txt').read().split()\nprint(len(words))",
        "MODEL_VERSION = 'v7'\nX = pd.read_csv('gone.csv')\nclass State: pass\nstate = State()",
        "#| predict\ndef predict(a: int, state):\n    return [twice(a), LIMIT, len(words), floor(a + 0.5)]",
        "predict(X.a[0], state)\npredict(2, state)",
    )
    taken = extracted(looked, tmp_path)
    assert [call.answers for call in taken.inference.calls] == [[[4, 3, 2, 2]]]
    assert taken.model_version == "v7"
    assert taken.bound == {"state": "state"}
    assert {n: i.becomes for n, i in taken.items.items() if n in ("LIMIT", "words")} == {
        "LIMIT": "parameter",
        "words": "setup",
    }
    assert [module.name for module in taken.modules] == ["tool"]


def test_a_file_that_is_run(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("import math\nvalue = math.sqrt(4)\n")
    taken = extracted(reduce(tmp_path, "%run helper.py", PREDICT, CALL), tmp_path)
    assert [call.answers for call in taken.inference.calls] == [[2.0]]


def test_a_file_that_is_run_and_trains(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("import m\nvalue = m.Model().fit(1)\n")
    with pytest.raises(Nb2serviceError, match="`value`, which predict needs, cannot be had"):
        reduce(tmp_path, "%run helper.py", PREDICT, CALL)


@pytest.mark.generation
def test_the_example(tmp_path: Path) -> None:
    before = {p.name: p.read_bytes() for p in ROUNDS.parent.iterdir()}
    done = cookiecutter(ROUNDS, tmp_path, "run_notebook=no")
    assert done.returncode == 0, done.stdout + done.stderr
    for told in (
        "from rounds.ubj (cell 8)",
        "from medians.json (cell 8)",
        "5 of 5 recorded calls answered alike",
        "run_notebook=no",
        "3 stored",
    ):
        assert told in " ".join(re.sub("[│╭╮╰╯─]", " ", done.stdout).split()), done.stdout
    contract = json.loads((tmp_path / "rounds" / "model" / "contract.json").read_text())
    assert contract["provenance"]["notebook_run"] is False
    assert {p.name: p.read_bytes() for p in ROUNDS.parent.iterdir()} == before
    # How it starts and ends as a process is tried with other services.
    processes = ["--ignore=tests/test_gunicorn.py", "--ignore=tests/test_worker.py"]
    options = ["-q", "-p", "no:cacheprovider", *processes]
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        cwd=tmp_path / "rounds",
        capture_output=True,
        text=True,
    )
    assert tested.returncode == 0, tested.stdout[-5000:] + tested.stderr
    assert "skipped" not in tested.stdout


@pytest.mark.generation
def test_the_example_cannot_be_run(tmp_path: Path) -> None:
    done = cookiecutter(ROUNDS, tmp_path)
    assert done.returncode == 1
    assert "warehouse/orders.csv" in done.stderr
    assert not list(tmp_path.iterdir())
