"""Which modules code imports, and which of the user's own come along."""

import re
from pathlib import Path

import pytest

from nb2service.closure.modules import (
    Loaded,
    LocalModule,
    come_along,
    copy,
    files_named,
    imported,
    names,
    third_party,
    tried,
)
from nb2service.errors import Nb2serviceError


def loaded(folder: Path, files: dict[str, str], *others: str) -> Loaded:
    """What a kernel has loaded, if it has imported all these files; those with a `-` it has not."""
    local = {}
    for name, text in files.items():
        path = folder / name.removeprefix("-")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        module = re.sub(r"/__init__$", "", name.removesuffix(".py")).replace("/", ".")
        if not name.startswith("-"):
            local[module] = path
    return Loaded(local, frozenset(others), folder)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import a.b, c as d", {"a.b", "c"}),
        ("from a.b import c", {"a.b"}),
        ("def f():\n    import a", {"a"}),
        ("try:\n    import a\nexcept ImportError:\n    import b", {"a", "b"}),
        ("from . import a", set()),
        ("x = 'import a'", set()),
    ],
)
def test_imported(code: str, found: set[str]) -> None:
    assert imported(code) == found


@pytest.mark.parametrize(
    ("code", "found"),
    [
        pytest.param("try:\n    import a\nexcept ImportError:\n    import b", {"a"}, id="tried"),
        pytest.param("try:\n    from a.b import c\nexcept:\n    c = None", {"a.b"}, id="bare"),
        pytest.param(
            "def f():\n    try:\n        import a\n    except (OSError, ModuleNotFoundError): pass",
            {"a"},
            id="inside a function, among others",
        ),
        pytest.param(
            "import a\ntry:\n    import a\nexcept ImportError:\n    pass", set(), id="twice"
        ),
        pytest.param("try:\n    import a\nexcept ValueError:\n    pass", set(), id="another error"),
        pytest.param("try:\n    import a\nfinally:\n    pass", set(), id="no handler"),
    ],
)
def test_tried(code: str, found: set[str]) -> None:
    assert tried(code) == found


@pytest.mark.parametrize(
    ("code", "files", "found"),
    [
        pytest.param("import a", {"a.py": "", "b.py": ""}, ["a"], id="only what is imported"),
        pytest.param(
            "import a",
            {"a.py": "import b", "b.py": "import c", "c.py": ""},
            ["a", "b", "c"],
            id="a chain",
        ),
        pytest.param(
            "import a", {"a.py": "import b", "b.py": "import a"}, ["a", "b"], id="a circle"
        ),
        pytest.param(
            "from p import q", {"p/__init__.py": "", "p/q.py": ""}, ["p", "p.q"], id="a submodule"
        ),
        pytest.param(
            "from p import f",
            {"p/__init__.py": "f = 1", "p/q.py": ""},
            ["p"],
            id="a name of a package",
        ),
        pytest.param(
            "import p.q.r",
            {"p/__init__.py": "", "p/q/__init__.py": "", "p/q/r.py": ""},
            ["p", "p.q", "p.q.r"],
            id="the packages above",
        ),
        pytest.param("import p.q", {"p/q.py": ""}, ["p.q"], id="a package without a file"),
        pytest.param(
            "import p.a",
            {
                "p/__init__.py": "",
                "p/a.py": "from . import b\nfrom .c import d",
                "p/b.py": "",
                "p/c.py": "",
            },
            ["p", "p.a", "p.b", "p.c"],
            id="relative",
        ),
        pytest.param(
            "import p",
            {"p/__init__.py": "from .a import x", "p/a.py": "x = 1"},
            ["p", "p.a"],
            id="relative in a package's own file",
        ),
        pytest.param(
            "import p.q.a",
            {
                "p/__init__.py": "",
                "p/q/__init__.py": "",
                "p/q/a.py": "from ..b import x",
                "p/b.py": "",
            },
            ["p", "p.b", "p.q", "p.q.a"],
            id="two levels up",
        ),
        pytest.param(
            "import a",
            {"a.py": "def f():\n    import b", "-b.py": ""},
            ["a", "b"],
            id="imported by no call yet",
        ),
        pytest.param(
            "import p.a",
            {"p/__init__.py": "", "p/a.py": "def f():\n    from . import b", "-p/b.py": ""},
            ["p", "p.a", "p.b"],
            id="a part that nothing has imported yet",
        ),
        pytest.param(
            "import json, numpy", {"-numpy.py": "", "a.py": ""}, [], id="what others have loaded"
        ),
        pytest.param("import x", {"a.py": ""}, [], id="what nobody knows"),
    ],
)
def test_what_comes_along(
    tmp_path: Path, code: str, files: dict[str, str], found: list[str]
) -> None:
    modules = come_along(loaded(tmp_path, files, "numpy"), [("predict", code)], [])
    assert [module.name for module in modules] == found


def test_what_an_artifact_names(tmp_path: Path) -> None:
    import pickle

    (tmp_path / "new.joblib").write_bytes(pickle.dumps(LocalModule("a", Path(), ""), protocol=4))
    (tmp_path / "old.joblib").write_bytes(b"cutils.text\nCleaner\n.")
    files = {
        "utils/__init__.py": "",
        "utils/text.py": "",
        "nb2service/closure/modules.py": "",
        "u.py": "",
    }
    artifacts = [(name, tmp_path / f"{name}.joblib") for name in ("new", "old")]
    found = come_along(loaded(tmp_path, files), [], artifacts)
    assert {m.name: m.by for m in found} == {
        "nb2service.closure.modules": "new",
        "utils": "old",
        "utils.text": "old",
    }


def test_a_name_within_a_name_is_no_module() -> None:
    assert names(b"cutils\nf\n", "utils")
    assert not names(b"cutils.text\nf\n", "utils")
    assert not names(b"\x8c\x06myutils", "utils")


def test_copies_keep_their_names_and_bytes(tmp_path: Path) -> None:
    files = {"p/__init__.py": "from .a import x\n", "p/a.py": "x = 'é'\r\n", "b.py": ""}
    modules = come_along(loaded(tmp_path, files), [("predict", "import p, b")], [])
    copy(modules, tmp_path / "model" / "modules")
    for name in files:
        assert (tmp_path / "model" / "modules" / name).read_bytes() == (
            tmp_path / name
        ).read_bytes()


def test_what_they_import_of_others(tmp_path: Path) -> None:
    text = "import numpy as np\ntry:\n    import cupy\nexcept ImportError:\n    pass\nimport b\nimport json"
    known = loaded(
        tmp_path, {"a.py": text, "b.py": "from pandas.api import types"}, "numpy", "pandas"
    )
    modules = come_along(known, [("predict", "import a")], [])
    assert third_party(modules, known) == {"numpy", "pandas.api"}


def test_files_that_they_name(tmp_path: Path) -> None:
    (tmp_path / "p" / "words.txt").parent.mkdir()
    (tmp_path / "p" / "words.txt").touch()
    (tmp_path / "beside.csv").touch()
    text = "A = open('words.txt')\nB = 'beside.csv'\nC = 'gone.csv'\nD = 'A sentence.'"
    known = loaded(tmp_path, {"p/__init__.py": text})
    modules = come_along(known, [("predict", "import p")], [])
    assert files_named(modules, tmp_path) == {"words.txt": "p", "beside.csv": "p"}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        pytest.param("model", "is called `model` like one of the service's own", id="ours"),
        pytest.param(
            "flask",
            "is called `flask` like one of the service's own",
            id="a library of the service",
        ),
        pytest.param(
            "random", "is called `random` like one of Python's own", id="the standard library's"
        ),
    ],
)
def test_names_that_are_taken(tmp_path: Path, name: str, told: str) -> None:
    known = loaded(tmp_path, {f"{name}.py": ""})
    with pytest.raises(Nb2serviceError) as refusal:
        come_along(known, [("predict", f"import {name}")], [])
    assert refusal.value.place == str(tmp_path / f"{name}.py")
    assert told in refusal.value.fact
    assert f"`my_{name}`" in refusal.value.remedy


def test_a_compiled_module(tmp_path: Path) -> None:
    (tmp_path / "fast.so").touch()
    known = Loaded({"fast": tmp_path / "fast.so"}, frozenset(), tmp_path)
    with pytest.raises(Nb2serviceError, match="is compiled, so it cannot be copied"):
        come_along(known, [("predict", "import fast")], [])


def test_a_module_that_was_broken_since(tmp_path: Path) -> None:
    known = loaded(tmp_path, {"a.py": "x = = 1"})
    with pytest.raises(Nb2serviceError, match=r"a\.py, line 1: the module `a`, .* is not Python"):
        come_along(known, [("predict", "import a")], [])
