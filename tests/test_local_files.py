"""Files that predict opens, which a service elsewhere would not have."""

from pathlib import Path

import pytest

from nb2service.errors import Nb2serviceError
from nb2service.marking.mark import mark
from nb2service.notebook.read import read
from nb2service.notebook.statements import parse
from nb2service.proving.local_files import other_files, refuse_local_files
from nb2service.proving.prove import Finding, Proof
from support import MakeNotebook


def refuse(notebook: Path, opened: tuple[str, ...], failures: tuple[str, ...] = ()) -> None:
    looked = read(notebook)
    findings = tuple(Finding("recorded", text) for text in failures)
    proof = Proof(findings=findings, opened=opened)
    refuse_local_files(looked, mark(looked, parse(looked)), proof)


@pytest.mark.parametrize(
    ("opened", "failures", "told"),
    [
        pytest.param("words.txt", (), "predict opens words.txt when", id="found here"),
        pytest.param("data/w.csv", (), "predict opens data/w.csv when", id="in a folder"),
        pytest.param(
            "",
            ("call 1 fails: FileNotFoundError: [Errno 2] No such file or directory: 'w.csv'",),
            "predict opens 'w.csv' when",
            id="not found",
        ),
    ],
)
def test_refuses(
    make_notebook: MakeNotebook, opened: str, failures: tuple[str, ...], told: str
) -> None:
    notebook = make_notebook("#| predict\ndef predict(a):\n    pass")
    found = (str(notebook.parent.resolve() / opened),) if opened else ()
    with pytest.raises(Nb2serviceError) as refusal:
        refuse(notebook, found, failures)
    assert refusal.value.place == "nb.ipynb, cell 1"
    assert told in refusal.value.fact
    assert "`#| setup`" in refusal.value.remedy


@pytest.mark.parametrize(
    ("opened", "failures"),
    [
        pytest.param((), (), id="none"),
        pytest.param(("/home/me/nltk_data/punkt",), (), id="elsewhere"),
        pytest.param((), ("call 1 fails: KeyError: 'a'",), id="another failure"),
    ],
)
def test_accepts(
    make_notebook: MakeNotebook, opened: tuple[str, ...], failures: tuple[str, ...]
) -> None:
    refuse(make_notebook("#| predict\ndef predict(a):\n    pass"), opened, failures)


def test_files_elsewhere_are_a_warning() -> None:
    assert other_files("predict", ()) == []
    (told,) = other_files("predict", ("/home/me/a", "/home/me/b"))
    assert told.startswith("predict opens /home/me/a and 1 more, which is on this machine only")
