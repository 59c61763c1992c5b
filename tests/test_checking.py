"""The check of a notebook: what it tells, all problems at once, its exit status and its JSON."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from nb2service.checking.check import Check, check, report
from nb2service.checking.kinds import KINDS
from nb2service.checking.kinds.secrets import judge
from nb2service.cli import main
from support import CHECKOUT, EXAMPLE, MakeNotebook, files, write_notebook

IMPORTS = (
    "import numpy as np, pandas as pd, joblib, requests, random\nfrom datetime import datetime"
)
PREDICT = (
    "#| predict\ndef predict(payload):\n    return {'p': model.predict([payload['a']])[0] + K}"
)
VALUES = "K = 1\nfrom sklearn.dummy import DummyRegressor\nmodel = DummyRegressor().fit([[1]], [1])"
CALL = "predict({'a': 1})"


def found(*cells: str, tmp_path: Path) -> list[tuple[str, str, int | None, int | None]]:
    """Rule, severity, cell and line of each finding in a notebook of these cells."""
    checked = check(write_notebook(tmp_path / "nb.ipynb", *cells))
    return [(f.rule, f.severity, f.cell, f.line) for f in checked.findings]


def in_predict(line: str) -> tuple[str, ...]:
    """A notebook whose predict has this line: line 3 of cell 3."""
    body = f"#| predict\ndef predict(payload):\n    {line}\n    return {{'p': payload['a'] + K}}"
    return IMPORTS, VALUES, body, CALL


def before(cell: str, uses: str) -> tuple[str, ...]:
    """A notebook with this cell above predict, cell 2, which uses a name of it."""
    body = f"#| predict\ndef predict(payload):\n    return {{'p': payload['a'], 'u': str({uses})}}"
    return IMPORTS, cell, body, CALL


CLEAN = [
    pytest.param((IMPORTS, VALUES, PREDICT, CALL), id="the plain one"),
    pytest.param(before("for x in range(3):\n    total = x", "total"), id="a loop's own name"),
    pytest.param(
        before("with open('nb.ipynb') as f:\n    T = f.read()", "T"), id="a with's own name"
    ),
    pytest.param(
        (IMPORTS, "%%capture out\n1", "n = str(out)", *in_predict("pass")[1:]), id="a magic's name"
    ),
    pytest.param(
        (IMPORTS, VALUES, "try:\n    done\nexcept NameError:\n    done = 1", PREDICT, CALL),
        id="a name that is tried",
    ),
    pytest.param(before("tokens = 'a1b2c3d4e5f6g7'.split()", "tokens"), id="tokens of a text"),
    pytest.param(
        before("pad_token = '<pad>'\nunk_token = '[UNK]'", "pad_token"), id="a tokenizer's"
    ),
    pytest.param(before("token = 'the'", "token"), id="a word called token"),
    pytest.param(before("password = 'your-password'", "password"), id="a placeholder"),
    pytest.param(before("api_key = 'a1B2c3D4e5F6g7H8'", "1"), id="what is not needed"),
    pytest.param(
        before(
            "FEATURES = ['contract_month_to_month', 'CustomerTenureInMonthsSince2019']", "FEATURES"
        ),
        id="long names of columns",
    ),
    pytest.param(
        (IMPORTS, "plot = '/content/drive/plot.png'", VALUES, PREDICT, CALL), id="a path not needed"
    ),
    pytest.param(in_predict("'''Reads /content/x.csv and input().'''"), id="a docstring"),
    pytest.param(in_predict("url = '/predict'"), id="a route is no path"),
    pytest.param((IMPORTS, "input()", VALUES, PREDICT, CALL), id="input that is not needed"),
    pytest.param((IMPORTS, "requests.get('http://x')", VALUES, PREDICT, CALL), id="download above"),
    pytest.param(
        in_predict("rng = np.random.default_rng(0); rng.normal()"), id="a seeded generator"
    ),
    pytest.param(in_predict("np.random.seed(1); x = np.random.rand()"), id="a seed in there"),
    pytest.param((IMPORTS, "np.random.rand()", VALUES, PREDICT, CALL), id="a draw above"),
    pytest.param(in_predict("import io; pd.read_csv(io.StringIO(str(payload)))"), id="a buffer"),
    pytest.param(in_predict("datetime(2024, 1, 1)"), id="a fixed date"),
    pytest.param(
        before("df = pd.DataFrame({'a': [1]})\nm = df['a'].mean()", "m"), id="a mean of a table"
    ),
    pytest.param(before("df = pd.DataFrame({'a': [1]})", "df.columns"), id="a table's columns"),
    pytest.param(
        before("df = pd.DataFrame({'a': [1]})\nd = df.groupby('a').mean()", "d"), id="groups"
    ),
    pytest.param(
        before("#| setup\nimport sqlite3\ndb = sqlite3.connect(':memory:')", "db"),
        id="made at start",
    ),
]


@pytest.mark.parametrize("cells", CLEAN)
def test_nothing_is_found_in(cells: tuple[str, ...], tmp_path: Path) -> None:
    assert found(*cells, tmp_path=tmp_path) == []


SECRET = "sk-" + "a1B2c3D4e5F6" * 3
RANDOM = "q7Zp" + "3xW9kL2mVb8TnR5cYd" + "J4hG"

FOUND = [
    pytest.param(before("a = b", "a"), [("hidden-state", "error", 2, 1)], id="never bound"),
    pytest.param(
        (IMPORTS, "print(K)", VALUES, PREDICT, CALL),
        [("hidden-state", "warning", 2, 1)],
        id="bound below, not needed",
    ),
    pytest.param(
        (IMPORTS, "x = 1\nK = base + x", "base = 1", PREDICT.replace("model.predict(", "("), CALL),
        [("hidden-state", "error", 2, 2)],
        id="bound below, needed",
    ),
    pytest.param(
        (IMPORTS, "total += 1", VALUES, PREDICT, CALL),
        [("hidden-state", "warning", 2, 1)],
        id="a sum that nothing began",
    ),
    pytest.param(
        (*in_predict("y = late"), "late = 1"),
        [("hidden-state", "error", 3, 3)],
        id="below the call",
    ),
    pytest.param(
        (IMPORTS, "df = df.dropna()", VALUES, PREDICT, CALL),
        [("hidden-state", "warning", 2, 1)],
        id="its own value",
    ),
    pytest.param(
        before(f"key = {SECRET!r}", "key"), [("secret", "error", 2, 1)], id="a known form"
    ),
    pytest.param(
        before("password = 'hunter2'", "password"), [("secret", "error", 2, 1)], id="a password"
    ),
    pytest.param(before(f"x = {RANDOM!r}", "x"), [("secret", "warning", 2, 1)], id="a random text"),
    pytest.param(
        in_predict("h = {'X-API-Key': 'Ab12cd34'}"),
        [("secret", "error", 3, 3)],
        id="a key of a dict",
    ),
    pytest.param(
        in_predict("f(secret_key='Ab12cd34') if 0 else 0; f = 1"),
        [("secret", "error", 3, 3)],
        id="an argument",
    ),
    pytest.param(
        before("def ask(text, token='Ab12cd34Ef56'):\n    return text", "ask"),
        [("secret", "error", 2, 1)],
        id="a default",
    ),
    pytest.param(
        before(
            "from sqlalchemy import create_engine\nurl = 'postgresql://me:pa55w0rd@db/x'", "url"
        ),
        [("secret", "error", 2, 2)],
        id="an address with a password",
    ),
    pytest.param(
        before(f"class C:\n    def __init__(self, k): pass\nclient = C({SECRET!r})", "client"),
        [("secret", "warning", 2, 3)],
        id="inside of a value",
    ),
    pytest.param(
        in_predict("open('/content/drive/a.csv')"),
        [("files", "error", 3, 3), ("paths", "error", 3, 3)],
        id="Colab at a request",
    ),
    pytest.param(
        before("df = pd.read_csv('/kaggle/input/a.csv')\nm = df.a.mean()", "m"),
        [("paths", "error", 2, 1)],
        id="Kaggle, in what makes a value",
    ),
    pytest.param(
        before("DATA = '../input/a.csv'\nm = len(pd.read_csv(DATA))", "m"),
        [("paths", "error", 2, 1)],
        id="Kaggle's folder, by a name",
    ),
    pytest.param(
        before("m = len(open('C:\\\\data\\\\a.csv').read())", "m"),
        [("paths", "error", 2, 1)],
        id="Windows",
    ),
    pytest.param(in_predict("a = input('x')"), [("input", "error", 3, 3)], id="input at a request"),
    pytest.param(
        before("n = int(input())", "n"), [("input", "error", 2, 1)], id="input for a value"
    ),
    pytest.param(
        in_predict("r = requests.get('http://x')"), [("network", "warning", 3, 3)], id="a request"
    ),
    pytest.param(
        before("#| setup\nurl = 'http://x/words'\nwords = requests.get(url).text", "words"),
        [("network", "warning", 2, 3)],
        id="a download at start",
    ),
    pytest.param(
        in_predict("pd.read_csv('https://x/a.csv')"),
        [("files", "error", 3, 3), ("network", "warning", 3, 3)],
        id="a table from the net",
    ),
    pytest.param(
        in_predict("m = joblib.load('m.joblib')"), [("files", "error", 3, 3)], id="a model"
    ),
    pytest.param(
        in_predict("path = payload['a']; f = open(path)"),
        [("files", "warning", 3, 3)],
        id="a file asked for",
    ),
    pytest.param(
        before("df = pd.read_csv('nb.ipynb')\nsmall = df.dropna()[['a']]", "small.mean()"),
        [("training-rows", "warning", 2, 2)],
        id="a table",
    ),
    pytest.param(
        before(
            "from sklearn.model_selection import train_test_split\ndf = pd.DataFrame({'a': [1, 2]})\n"
            "X_train, X_test = train_test_split(df)",
            "X_train.mean()",
        ),
        [("training-rows", "warning", 2, 3)],
        id="a part of a table",
    ),
    pytest.param(
        in_predict("n = np.random.rand()"), [("randomness", "warning", 3, 3)], id="a draw"
    ),
    pytest.param(
        in_predict("n = random.choice([1])"), [("randomness", "warning", 3, 3)], id="a choice"
    ),
    pytest.param(
        before("rng = np.random.default_rng(0)", "rng.normal()"),
        [("randomness", "warning", 3, 3)],
        id="a shared generator",
    ),
    pytest.param(in_predict("t = datetime.now()"), [("clock", "warning", 3, 3)], id="the clock"),
    pytest.param(
        before("import sqlite3\ndb = sqlite3.connect('a.db')", "db"),
        [("unsavable", "error", 2, 2)],
        id="a connection",
    ),
    pytest.param((IMPORTS, VALUES, PREDICT), [("calls", "error", 3, None)], id="never called"),
    pytest.param(("x = 1",), [("mark", "error", None, None)], id="no mark"),
    pytest.param(
        (*before("x = 1", "nowhere + neither")[:3], CALL),
        [("names", "error", 3, 3), ("names", "error", 3, 3)],
        id="two names without a value",
    ),
    pytest.param(
        ("a = = 1", "b = (", PREDICT.replace("+ K", "").replace("model.predict", ""), CALL),
        [("syntax", "warning", 1, 1), ("syntax", "warning", 2, 1)],
        id="two cells that are no Python and not needed",
    ),
    pytest.param(
        ("K = = 1", PREDICT.replace("model.predict", ""), CALL),
        [("syntax", "error", 1, 1), ("names", "error", 2, 3)],
        id="a cell that is no Python and needed",
    ),
]


@pytest.mark.parametrize(("cells", "told"), FOUND)
def test_it_finds(cells: tuple[str, ...], told: list[Any], tmp_path: Path) -> None:
    assert found(*cells, tmp_path=tmp_path) == told


def test_every_kind_is_tested() -> None:
    tested = {rule for case in FOUND for rule, *_ in case.values[1]}
    assert set(KINDS) - {"cell-order"} <= tested


@pytest.mark.parametrize("shown", [SECRET, RANDOM, "hunter2"])
def test_a_secret_is_never_shown(
    shown: str, make_notebook: MakeNotebook, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook = make_notebook(*before(f"password = {shown!r}", "password"))
    for options in ([], ["--json"]):
        assert main(["check", str(notebook), *options]) == 1
        printed = capsys.readouterr()
        assert "secret" in printed.out
        assert shown not in printed.out + printed.err
        assert shown[:6] not in printed.out + printed.err


@pytest.mark.parametrize(
    ("text", "name", "sure"),
    [
        pytest.param("AKIA" + "ABCDEFGHIJKLMNOP", "", "error", id="AWS"),
        pytest.param("-----BEGIN RSA PRIVATE KEY-----", "", "error", id="a private key"),
        pytest.param("mysql://root:geheim1@localhost/x", "", "error", id="in an address"),
        pytest.param("Bearer abcdef123456", "Authorization", "error", id="a header"),
        pytest.param("0123456789abcdef" * 2, "salt", None, id="a pattern, not random"),
        pytest.param("d131dd02c5e6eec4693d9a0698aff95c", "h", "warning", id="random hex"),
        pytest.param("postgresql://user:{password}@host/x", "", None, id="a template"),
        pytest.param("<API_KEY>", "api_key", None, id="a gap to fill"),
        pytest.param("", "password", None, id="empty"),
        pytest.param("none", "token", None, id="nothing"),
        pytest.param("key", "max_key", None, id="another key"),
        pytest.param("petal_length_in_centimetres_2", "feature", None, id="a column"),
        pytest.param("ThisIsALongCamelCaseNameOfAFeature", "feature", None, id="camel case"),
        pytest.param("https://example.org/data/2024/file-v2.csv", "url", None, id="an address"),
        pytest.param("sentence-transformers/all-MiniLM-L6-v2", "name", None, id="a model's name"),
    ],
)
def test_what_a_secret_is(text: str, name: str, sure: str | None) -> None:
    judged = judge(text, name)
    assert (judged and judged[0]) == sure


def test_cells_executed_out_of_order(tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "nb.ipynb", IMPORTS, VALUES, "print(1)", PREDICT, CALL)
    content = json.loads(path.read_text())
    for cell, count in zip(content["cells"], [1, 7, 3, None, 5], strict=True):
        cell["execution_count"] = count
    path.write_text(json.dumps(content))
    (finding,) = check(path).findings
    assert (finding.rule, finding.severity, finding.cell) == ("cell-order", "warning", 2)
    assert "cell 2 (In [7], after cell 3); what is served depends on them" in finding.fact


def test_a_notebook_that_was_executed_in_order(tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "nb.ipynb", IMPORTS, VALUES, PREDICT, CALL)
    content = json.loads(path.read_text())
    for cell, count in zip(content["cells"], [2, 3, 9, 12], strict=True):
        cell["execution_count"] = count
    path.write_text(json.dumps(content))
    assert check(path).findings == ()


def planned(checked: Check) -> set[tuple[str, str]]:
    return {(item["becomes"], item["name"]) for item in report(checked)["comes_along"]}


def test_what_would_come_along(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("import tool\ndef clean(x): return x")
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "tool.py").write_text("A = 1")
    path = write_notebook(
        tmp_path / "nb.ipynb",
        "import sys\nsys.path.append('lib')\nimport numpy as np, re\nfrom helper import clean\nimport tool",
        "# tag: parameters\nLIMIT = 3",
        "#| setup\nname = 'x'\nconn = open('nb.ipynb')\nconn.read()",
        "WORD = re.compile('a')\nNAMES = ['a']\nGROWN = []\nGROWN.append(1)\nmean = np.mean([1])",
        "class Unit:\n    def run(self, x):\n        return tool.A * x * mean",
        "#| predict\ndef predict(payload: dict):\n"
        "    return [clean(1), LIMIT, conn, WORD, NAMES, GROWN, Unit().run(2), payload]",
        CALL,
    )
    assert planned(check(path)) == {
        *(("module", "helper"), ("module", "tool"), ("import", "clean"), ("import", "tool")),
        *(("import", "re"), ("code", "WORD"), ("code", "Unit"), ("literal", "NAMES")),
        *(("value", "GROWN"), ("value", "mean"), ("setup", "conn"), ("parameter", "LIMIT")),
    }


def test_the_example_s_plan_is_what_generation_took() -> None:
    checked = check(EXAMPLE)
    assert checked.findings == ()
    assert planned(checked) == {
        *(("import", "pd"), ("code", "as_row"), ("literal", "FEATURES"), ("value", "model")),
    }


@pytest.mark.parametrize(
    "golden", sorted((CHECKOUT / "tests" / "golden").glob("*.ipynb")), ids=lambda p: p.stem
)
def test_golden_notebooks_have_no_errors(golden: Path) -> None:
    errors = [str(f) for f in check(golden).findings if f.severity == "error"]
    assert errors == []


BARE = "#| predict\ny = model.predict(df)"


def test_a_bare_cell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cells = (IMPORTS, VALUES, "df = pd.read_csv('nb.ipynb')", BARE)
    path = write_notebook(tmp_path / "nb.ipynb", *cells)
    checked = check(path)
    assert checked.findings == ()
    assert planned(checked) == {("value", "model"), ("value", "df")}
    assert main(["check", str(path)]) == 0
    assert "cell 4, a bare cell: its first line #| predict; its input is" in capsys.readouterr().out


def test_what_a_bare_cell_needs_and_what_makes_it(tmp_path: Path) -> None:
    data = "df = pd.read_csv('/content/a.csv')\nn = int(input())"
    assert found(IMPORTS, VALUES, data, BARE, tmp_path=tmp_path) == [("paths", "error", 3, 1)]
    bare = BARE.replace("model", "mode1")
    assert found(IMPORTS, data, bare, tmp_path=tmp_path) == [
        ("paths", "error", 2, 1),
        ("names", "error", 3, 2),
    ]


def test_nothing_is_written_and_nothing_runs(make_notebook: MakeNotebook) -> None:
    notebook = make_notebook("open('ran', 'w')", IMPORTS, VALUES, PREDICT, CALL)
    before_it = files(notebook.parent)
    assert main(["check", str(notebook)]) == 0
    assert files(notebook.parent) == before_it


@pytest.mark.parametrize(
    ("cells", "options", "status"),
    [
        pytest.param((IMPORTS, VALUES, PREDICT, CALL), [], 0, id="fine"),
        pytest.param(in_predict("t = datetime.now()"), [], 0, id="a warning"),
        pytest.param(in_predict("t = datetime.now()"), ["--strict"], 1, id="a warning, strictly"),
        pytest.param((IMPORTS, VALUES, PREDICT, CALL), ["--strict"], 0, id="fine, strictly"),
        pytest.param((IMPORTS, VALUES, PREDICT), [], 1, id="an error"),
        pytest.param((IMPORTS, VALUES, PREDICT), ["--json"], 1, id="an error, in JSON"),
    ],
)
def test_exit_status(
    cells: tuple[str, ...],
    options: list[str],
    status: int,
    make_notebook: MakeNotebook,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", str(make_notebook(*cells)), *options]) == status
    assert not capsys.readouterr().err


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "gone.ipynb"), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["mark"] is None
    assert [f["rule"] for f in told["findings"]] == ["read"]


def test_what_people_read(make_notebook: MakeNotebook, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", str(make_notebook(*in_predict("t = datetime.now(); open('a.txt')")))])
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == "nb.ipynb: cell 3, predict: its first line #| predict; called in cell 4"
    assert lines[1] == "Would come along:"
    assert "  literal  K         cell 2  used by predict" in lines
    assert any(
        re.match(r"error: nb.ipynb, cell 3, line 3: .* does not come along  \[files\]", x)
        for x in lines
    )
    assert lines[-1] == "1 error, 1 warning"


def test_the_keys_of_the_json(
    make_notebook: MakeNotebook, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["check", "--json", str(make_notebook(*in_predict("t = datetime.now()")))])
    told = json.loads(capsys.readouterr().out)
    page = (CHECKOUT / "docs" / "checking.md").read_text(encoding="utf-8")
    keys = {*told, *told["mark"], *told["comes_along"][0], *told["findings"][0]}
    assert {key for key in keys if f"`{key}`" not in page} == set()


def test_every_rule_stands_on_the_page() -> None:
    page = (CHECKOUT / "docs" / "checking.md").read_text(encoding="utf-8")
    rules = {*KINDS, "read", "syntax", "mark", "names", "calls", "modules"}
    assert {rule for rule in rules if f"`{rule}`" not in page} == set()
