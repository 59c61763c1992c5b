"""Setup cells, which run when the service starts; parameters, which the environment sets."""

import sqlite3
from pathlib import Path

import pytest

from nb2service.closure.setup import below, depth, indented
from nb2service.errors import Nb2serviceError
from nb2service.writing.write import contract_of
from programs import Extracted, extract

ASK = "answers = [predict(x) for x in ('a', 'b')]"
PREDICT = "#| predict\ndef predict(x):\n    return "
ALL = "[predict(x) for x in ('a', 'b')]"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A notebook's folder with a database of prices."""
    with sqlite3.connect(tmp_path / "prices.db") as connection:
        connection.execute("create table price (name text, euros int)")
        connection.execute("insert into price values ('a', 3), ('b', 4)")
    connection.close()
    return tmp_path


OPEN = (
    "conn = sqlite3.connect('prices.db')\n"
    "conn.row_factory = sqlite3.Row\n"
    "print(conn)\n"
    "conn\n"
    "unused = conn.execute('select 1')"
)
LOOK_UP = PREDICT + "conn.execute(QUERY, [x]).fetchone()['euros']"
QUERY = "QUERY = 'select euros from price where name = ?'"


@pytest.mark.parametrize("first", ["#| setup\n", "# tag: setup\n", "# tag: x\n#| setup\n"])
def test_setup_runs_again(database: Path, first: str) -> None:
    found = extract(database, "import sqlite3", first + OPEN, QUERY, LOOK_UP, ASK)
    assert found.answers == [3, 4]
    assert (
        "# cell 2, runs when the service starts\n"
        "with notebook_folder():\n"
        "    conn = sqlite3.connect('prices.db')\n"
        "    conn.row_factory = sqlite3.Row\n" in found.source
    )
    assert "unused" not in found.source
    assert "print" not in found.source
    assert (found.folder / "files" / "prices.db").is_file()
    (database / "prices.db").unlink()
    assert found.ask(ALL) == found.answers


def test_setup_code_without_files_needs_no_folder(tmp_path: Path) -> None:
    cells = ["#| setup\nimport threading\nlock = threading.Lock()", PREDICT + "lock.locked()"]
    found = extract(tmp_path, *cells, ASK)
    assert "notebook_folder" not in found.source
    assert not (found.folder / "files").exists()
    assert found.ask(ALL) == [False, False]


def test_setup_cells_run_in_order_and_see_what_they_need(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("a b")
    found = extract(
        tmp_path,
        "NAME = 'words.txt'",
        "#| setup\nlog = []\nlog.append('first')",
        "#| setup\nwith open(NAME) as file:\n    words = file.read().split()\nlog2 = 1",
        "#| setup\nlog.append('second')\nboth = [*log, *words]",
        PREDICT + "x in both",
        ASK,
    )
    assert found.answers == [True, True]
    assert found.ask(ALL) == found.answers
    assert "log2" not in found.source
    assert found.source.index("log = []") < found.source.index("with open(NAME)")
    assert (found.folder / "files" / "words.txt").read_text() == "a b"


def test_files_above_the_notebook_come_along(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "words.txt").write_text("a")
    (tmp_path / "work").mkdir()
    read = "#| setup\nfrom pathlib import Path\nwords = Path('../data/words.txt').read_text()"
    cells = [read, PREDICT + "x in words", ASK]
    found = extract(tmp_path / "work", *cells)
    assert 'with notebook_folder("notebook"):' in found.source
    assert (found.folder / "files" / "data" / "words.txt").is_file()
    assert found.ask(ALL) == [True, False]


def test_a_long_text_stays_as_it_is() -> None:
    code = "a = '''x\ny'''\nif a:\n\n    b = f'''{a}\n  z'''"
    assert indented(code) == "    a = '''x\ny'''\n    if a:\n\n        b = f'''{a}\n  z'''"


def test_how_far_up_files_reach() -> None:
    assert depth(["a/../b", "../x", "../../y"]) == 2
    assert below(2) == "notebook/notebook"
    assert below(depth(["a"])) == ""


def test_a_value_that_cannot_be_saved_is_to_be_set_up(tmp_path: Path) -> None:
    with pytest.raises(Nb2serviceError, match=r"Mark the cell that makes it `setup`"):
        extract(
            tmp_path, "import threading\nlock = threading.Lock()", PREDICT + "lock.locked()", ASK
        )


def test_an_absolute_path_is_refused(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("a")
    path = str(tmp_path / "words.txt")
    cells = [f"#| setup\nimport io\nwith io.open({path!r}) as f:\n    words = f.read()"]
    cells.append(PREDICT + "words")
    with pytest.raises(Nb2serviceError, match=r"cell 1, line 3: the setup code reads .* only this"):
        extract(tmp_path, *cells, ASK)


PARAMETERS = (
    "# tag: parameters\n"
    "threshold = 0.5  # how sure\n"
    "steps: int = 1_000\n"
    "loud = False\n"
    "names = ['a']\n"
    "weights = {'a': 1}\n"
    "label = 'x'\n"
    "nothing = None\n"
    "unused = 7"
)
USES = PREDICT + "(threshold, steps, loud, names, weights, label, nothing)"


@pytest.fixture
def parametrised(tmp_path: Path) -> Extracted:
    """A notebook with papermill's cell."""
    return extract(tmp_path, PARAMETERS, USES, ASK)


def test_parameters_are_read_from_the_environment(parametrised: Extracted) -> None:
    assert "from model.loading import parameter\n" in parametrised.source
    assert (
        "# cell 1, from the environment\n"
        'threshold = parameter("threshold", 0.5)\nsteps = parameter("steps", 1_000)\n'
        in parametrised.source
    )
    assert "unused" not in parametrised.source
    assert parametrised.ask("predict(1)") == parametrised.answers[0]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("threshold", "1", 1.0),
        ("steps", " 5 ", 5),
        ("loud", "Yes", True),
        ("loud", "off", False),
        ("names", '["b", "c"]', ["b", "c"]),
        ("weights", '{"b": 2}', {"b": 2}),
        ("label", "y z", "y z"),
        ("label", "", "x"),
        ("nothing", "some", "some"),
    ],
)
def test_a_parameter_has_its_default_s_type(
    parametrised: Extracted, name: str, text: str, value: object
) -> None:
    assert parametrised.ask(name, **{name: text}) == value


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (
            "threshold",
            "high",
            "threshold=high: expected float, as in the notebook, where it is 0.5",
        ),
        ("steps", "1.5", "steps=1.5: expected int"),
        ("loud", "maybe", "loud=maybe: expected bool"),
        ("names", '{"a": 1}', "expected JSON for a list"),
        ("weights", "a=1", "weights=a=1: expected JSON for a dict"),
    ],
)
def test_a_bad_parameter_is_one_line(
    parametrised: Extracted, name: str, text: str, told: str
) -> None:
    with pytest.raises(Exception, match=told) as refusal:
        parametrised.ask(name, **{name: text})
    assert type(refusal.value).__name__ == "ParameterError"
    assert "\n" not in str(refusal.value)


def test_a_parameter_that_is_bound_again_is_none(tmp_path: Path) -> None:
    found = extract(tmp_path, "# tag: parameters\nk = 1", "k = k + 1", PREDICT + "k", ASK)
    assert {name: item.becomes for name, item in found.items.items()} == {"k": "literal"}


def test_a_value_that_json_cannot_hold_is_no_parameter(tmp_path: Path) -> None:
    found = extract(tmp_path, "# tag: parameters\nk = {1, 2}", PREDICT + "len(k)", ASK)
    assert found.items["k"].becomes == "literal"


def test_injected_parameters_go_before_their_defaults(tmp_path: Path) -> None:
    cells = ["# tag: parameters\nk = 1", "# tag: injected-parameters\nk = 2", PREDICT + "k"]
    assert 'k = parameter("k", 2)' in extract(tmp_path, *cells, ASK).source


@pytest.mark.parametrize("name", ["PORT", "PATH", "MAX_RECORDS"])
def test_a_parameter_that_is_taken(tmp_path: Path, name: str) -> None:
    with pytest.raises(Nb2serviceError, match=f"cell 1, line 1: the parameter `{name}` would be"):
        extract(tmp_path, f"# tag: parameters\n{name} = 1", PREDICT + name, ASK)


def test_names_of_the_notebook_go_before_those_of_the_helpers(tmp_path: Path) -> None:
    found = extract(
        tmp_path,
        "# tag: parameters\nk = 1",
        "def parameter(x):\n    return x",
        PREDICT + "parameter(k)",
        ASK,
    )
    assert "from model.loading import parameter as parameter_\n" in found.source
    assert found.ask(ALL) == found.answers


def test_the_contract_lists_parameters(parametrised: Extracted) -> None:
    listed = contract_of(parametrised.extraction)["parameters"]
    assert listed["threshold"] == {"type": "float", "default": 0.5}
    assert listed["names"] == {"type": "list", "default": ["a"]}
    assert "unused" not in listed
