"""The pages of docs/ keep up with the code: every message, link, path and command in them is real."""

import argparse
import ast
import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import nb2service.errors
from nb2service import cli
from support import CHECKOUT

DOCS = CHECKOUT / "docs"
SOURCE = CHECKOUT / "src" / "nb2service"
TEMPLATE = CHECKOUT / "template"
PAGES = sorted(DOCS.rglob("*.md"))
# Pages that docs/README.md links to, and whose code blocks are commands and outputs.
MESSAGES = DOCS / "messages.md"
# What generation writes: there is no such file in the repository.
WRITTEN = re.compile(
    r"model/(modules/|artifacts/\S*|formats/\S*|history.json|upgraded.txt)|service/\S*\.so|\.nb2service/\S*|\.venv/\S*"
)
# Folders that paths in the pages start from, besides the page's own.
ROOTS = (CHECKOUT, TEMPLATE, SOURCE)
_FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[[^\]]+\]\(([^)#\s]*)(?:#([^)\s]+))?\)")
_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)+/?|[\w-]+\.(?:py|md|toml|json|in|yml|ipynb|sh)")
_PROGRAM = re.compile(r"(nb2service|cookiecutter|make)((?: +[^\s`]+)+)")


def ids(page: Path) -> str:
    return page.name


# --- messages -----------------------------------------------------------------------------------


def errors() -> dict[str, int]:
    """The errors that users see, by class name: the place of `fact` among the arguments."""
    found = {}
    for kind in vars(nb2service.errors).values():
        if isinstance(kind, type) and issubclass(kind, nb2service.errors.Nb2serviceError):
            parameters = list(inspect.signature(kind).parameters)
            found[kind.__name__] = parameters.index("fact")
    return found


def constructions() -> Iterator[tuple[str, ast.expr, ast.AST]]:
    """Every place that makes such an error: file and line, its fact, and the function around it."""
    known = errors()
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        around: dict[ast.AST, ast.AST] = {}
        for node in ast.walk(tree):  # outer functions come before inner ones
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                around.update(dict.fromkeys(ast.walk(node), node))
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in known:
                named = {keyword.arg: keyword.value for keyword in node.keywords}
                at = known[node.func.id]  # type: ignore[attr-defined]
                fact = named["fact"] if "fact" in named else node.args[at]
                place = f"{path.relative_to(SOURCE).as_posix()}:{node.lineno}"
                yield place, fact, around.get(node, tree)


def fixed_words(node: ast.expr, function: ast.AST) -> list[str]:
    """The words of an expression that its messages can have; a local name stands for its values."""
    parts: list[ast.expr] = []
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=values):
            parts = list(values)
        case ast.FormattedValue(value=value):
            # A value that is put in counts if it is a text of the function itself.
            parts = [value] if isinstance(value, ast.Name | ast.IfExp) else []
        case ast.BinOp(left=left, right=right):
            parts = [left, right]
        case ast.IfExp(body=body, orelse=other):
            parts = [body, other]
        case ast.Call(func=ast.Attribute(value=ast.JoinedStr() as value)):
            parts = [value]
        case ast.Subscript(value=value):
            parts = [value]
        case ast.Name(id=name):
            parts = [
                a.value
                for a in ast.walk(function)
                if (isinstance(a, ast.Assign) and name in [getattr(t, "id", "") for t in a.targets])
                or (isinstance(a, ast.AugAssign) and getattr(a.target, "id", "") == name)
                if isinstance(a.value, ast.Constant | ast.JoinedStr | ast.IfExp)
            ]
    words = [word for part in parts for word in fixed_words(part, function)]
    # A single word that a local name stands for is a value, such as `float64`, and no sentence.
    return [w for w in words if " " in w.strip()] if isinstance(node, ast.Name) else words


def squeezed(text: str) -> str:
    return " ".join(text.split())


def shown(page: Path) -> str:
    """The page's text as a reader takes it in: without marks of code and without line ends."""
    return squeezed(re.sub(r"[`*>|\\]", " ", page.read_text(encoding="utf-8")))


def words_of(node: ast.expr, function: ast.AST) -> list[str]:
    """The pieces of the fact that must stand on the page; a single letter says nothing."""
    pieces = (squeezed(re.sub(r"[`*>|\\]", " ", word)) for word in fixed_words(node, function))
    return [piece for piece in pieces if len(re.findall(r"[a-z]{2,}", piece)) > 0]


MADE = list(constructions())


def test_the_walk_finds_the_messages() -> None:
    assert len(MADE) > 20
    code = ast.parse('def f():\n    why = "of it" if x else ""\n    return f"a{x} and {why}" "c"')
    (function,) = code.body
    assert fixed_words(function.body[1].value, function) == ["a", " and ", "of it", "c"]


@pytest.mark.parametrize(
    ("fact", "function"), [pytest.param(*made[1:], id=made[0]) for made in MADE]
)
def test_every_message_stands_on_the_page(fact: ast.expr, function: ast.AST) -> None:
    page = shown(MESSAGES)
    missing = [word for word in words_of(fact, function) if word not in page]
    assert not missing, f"docs/messages.md says nothing of {missing}"


def warnings() -> Iterator[tuple[str, list[str]]]:
    """The sentences of the result card's warnings, by the function that makes them."""
    for name, functions in (
        ("card.py", {"warnings"}),
        ("closure/close.py", {"rebound_later"}),
        ("running/failures.py", {"notes"}),
        ("unrun/outputs.py", {"_said"}),
        ("writing/lock.py", {"_unhashed", "_reason", "lock"}),
    ):
        for function in ast.walk(ast.parse((SOURCE / name).read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef) and function.name in functions:
                texts = [n for n in ast.walk(function) if isinstance(n, ast.JoinedStr)]
                texts += [
                    r.value for r in ast.walk(function) if isinstance(r, ast.Return) and r.value
                ]
                for text in texts:
                    sentence = [word for word in words_of(text, function) if " " in word]
                    if sentence and "# Not hashed" not in sentence[0]:
                        yield f"{name}:{text.lineno}", sentence


@pytest.mark.parametrize(
    ("place", "words"), [pytest.param(*found, id=found[0]) for found in warnings()]
)
def test_every_warning_stands_on_the_page(place: str, words: list[str]) -> None:
    missing = [word for word in words if word.strip(" ;.") not in shown(MESSAGES)]
    assert not missing, f"{place}: docs/messages.md says nothing of {missing}"


# --- links and paths ----------------------------------------------------------------------------


def headings(page: Path) -> set[str]:
    """The anchors of a page, as GitHub makes them."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    found = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in found}


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target, anchor in _LINK.findall(_FENCE.sub("", page.read_text(encoding="utf-8"))):
        if "://" in target:
            continue
        file = page.parent / target if target else page
        assert file.exists(), f"{page.name}: {target}"
        if anchor:
            assert anchor in headings(file), f"{page.name}: {target}#{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_path_exists(page: Path) -> None:
    outside = _FENCE.sub("", page.read_text(encoding="utf-8"))
    missing = []
    for code in _CODE.findall(outside):
        if _PATH.fullmatch(code) and not WRITTEN.fullmatch(code) and not code.startswith("/"):
            parts = (TEMPLATE / "model", TEMPLATE / "service", page.parent)
            near = [root / code for root in (*ROOTS, *parts)]
            if "/" in code or any(p.exists() for p in near):
                exists = any(p.exists() for p in near)
            else:
                exists = bool(list(SOURCE.rglob(code)) or list(TEMPLATE.rglob(code)))
            if not exists and not is_example(code):
                missing.append(code)
    assert not missing, f"{page.name}: {missing}"


def is_example(code: str) -> bool:
    """Whether a name in the pages is plainly the user's: their notebook, their helper."""
    return code in (
        "churn.ipynb",
        "houses.ipynb",
        "rounds.ipynb",
        "utils.py",
        ".cruft.json",
        ".nb2service.json",
        "application/json",
        "application/jsonlines",
        "text/csv",
    )


def test_every_page_is_in_the_index() -> None:
    linked = {target for target, _ in _LINK.findall((DOCS / "README.md").read_text("utf-8"))}
    assert {page.relative_to(DOCS).as_posix() for page in PAGES} - {"README.md"} <= linked


# --- commands -----------------------------------------------------------------------------------


def verbs(makefile: Path) -> set[str]:
    return set(re.findall(r"^([a-z]+):", makefile.read_text(encoding="utf-8"), re.MULTILINE))


def options_of(parser: argparse.ArgumentParser) -> tuple[set[str], set[str]]:
    """The options and the commands of a parser, of its sub-commands too."""
    options: set[str] = set()
    commands: set[str] = set()
    for action in parser._actions:
        options |= set(action.option_strings)
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                commands.add(name)
                options |= options_of(inner)[0]
    return options, commands


def questions() -> set[str]:
    asked = json.loads((CHECKOUT / "cookiecutter.json").read_text(encoding="utf-8"))
    return {key for key in asked if not key.startswith("_")}


def commands(page: Path) -> Iterator[tuple[str, list[str]]]:
    """Each command of ours on a page, in code and in code blocks: program and words."""
    text = page.read_text(encoding="utf-8")
    pieces = [
        line.rstrip("\\")
        for block in re.findall(r"^```(?:sh|console)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
        for line in block.splitlines()
    ]
    pieces += _CODE.findall(_FENCE.sub("", text))
    for piece in pieces:
        for command in re.split(r" +# .*|;|&&", piece.removeprefix("$ ")):
            found = _PROGRAM.match(command.strip())
            if found:
                yield found[1], found[2].split()


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_command_is_real(page: Path) -> None:
    options, known = options_of(cli._parser())
    targets = verbs(CHECKOUT / "Makefile") | verbs(TEMPLATE / "Makefile")
    from cookiecutter.cli import main as cookiecutter

    cookiecutters = {name for p in cookiecutter.params for name in (*p.opts, *p.secondary_opts)}
    for program, words in commands(page):
        flags = {word.partition("=")[0] for word in words if word.startswith("-")}
        keys = {word.partition("=")[0] for word in words if re.match(r"[a-z_]+=", word)}
        if program == "make":
            named = [w for w in words if re.fullmatch(r"[a-z]+", w)]
            assert set(named) <= targets, (page.name, program, words)
            continue
        assert keys <= questions(), (page.name, program, words)
        if program == "nb2service":
            assert flags <= options, (page.name, program, words)
            assert words[0] in known or words[0].startswith("-"), (page.name, program, words)
        else:
            assert flags <= cookiecutters, (page.name, program, words)


def test_the_settings_are_those_of_the_service() -> None:
    source = (TEMPLATE / "service" / "settings.py").read_text(encoding="utf-8")
    (settings,) = [
        n for n in ast.parse(source).body if isinstance(n, ast.ClassDef) and n.name == "Settings"
    ]
    names = [n.target.id.upper() for n in settings.body if isinstance(n, ast.AnnAssign)]
    page = (DOCS / "service.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE) == names
