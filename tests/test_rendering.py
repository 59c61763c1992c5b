"""The notebook as a page: the same bytes, nothing that runs, nothing that looks like a secret."""

import base64
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from nb2service.checking.secret_texts import secrets_of_code, secrets_of_text
from nb2service.notebook.read import content
from nb2service.rendering import page
from nb2service.rendering.page import LIMIT, render, write_page
from support import CHECKOUT, EXAMPLE

KEY = "AKIA" + "IOSFODNN7EXAMPLZ"
BAD = "<script>alert(1)</script>"


def shown(*cells: Any, name: str = "a.ipynb", marked: int = 1, **metadata: Any) -> page.Page:
    found = render(name, new_notebook(cells=list(cells), metadata=metadata), marked)
    assert found is not None
    return found


def code(source: str, *outputs: Any) -> Any:
    return new_code_cell(source, outputs=list(outputs))


def data(**forms: str) -> Any:
    return new_output("display_data", {form.replace("__", "/"): t for form, t in forms.items()})


def stream(text: str) -> Any:
    return new_output("stream", name="stdout", text=text)


def body(found: page.Page) -> str:
    return found.html.partition("</head>")[2]


def test_the_example() -> None:
    found = render(EXAMPLE.name, content(EXAMPLE), 11)
    assert found == render(EXAMPLE.name, content(EXAMPLE), 11)
    assert found is not None
    assert not found.left_out
    text = body(found)
    assert "<h1" in text
    assert text.count("<table") == 4
    assert text.count(' src="data:image/png;base64,') == 2
    (served,) = re.findall(r"celltag_served.*?In\s\[(\d+)\]", text, re.DOTALL)
    assert served == "11"
    assert (
        str(found)
        == f"the notebook as it was saved, {len(found.html) // 1000 + 1} kB, at /notebook"
    )


@pytest.mark.parametrize(
    "path", sorted((CHECKOUT / "example_notebooks").glob("*/*.ipynb")), ids=lambda path: path.stem
)
def test_nothing_of_a_page_is_elsewhere_or_runs(path: Path) -> None:
    found = render(path.name, content(path), 1)
    assert found is not None
    assert 10_000 < len(found.html) < LIMIT
    assert not re.search(r"<(script|iframe|link|object|embed|form)\b| on[a-z]+=", found.html)
    assert not re.search(r"(src|srcset)=\"(?!data:image/)", found.html)
    assert found.html.count("<style") == 1
    assert not re.search(r" style=", body(found))


def test_an_old_notebook_without_ids_gives_the_same_bytes() -> None:
    path = CHECKOUT / "tests" / "golden" / "worksheets.ipynb"
    assert render("a", content(path), 1) == render("a", content(path), 1)


def test_what_a_notebook_says_is_never_markup() -> None:
    cells = (
        code(f"x = '{BAD}'", stream(BAD), data(text__html=f"<b onclick='x()'>b</b>{BAD}<p>c</p>")),
        code("1", data(text__html=f"{BAD}<div></div>", text__plain="Figure()")),
        code("1", data(text__html=f"<iframe srcdoc='{BAD}'></iframe>")),
        code("1", data(application__javascript="alert(1)")),
        code("1", data(image__svg_xml="<svg onload='alert(1)'/>".replace("_", "+"))),
        new_markdown_cell(
            f"{BAD} <img src=x onerror=alert(1)> [a](javascript:alert(1))"
            " <img src='http://there/b.png'> <a href='data:text/html,x'>d</a> <style>p {}</style>"
            " <td style='color: red'>e</td>"
        ),
    )
    found = shown(*cells, name=BAD)
    assert "<script" not in found.html
    assert not re.search(r"<[a-z][^>]* (on\w+|style|srcdoc|srcset)\s*=", body(found))
    assert not re.search(r"(href|src)=.?(javascript|http)", found.html)
    assert "data:text/html" not in found.html
    assert "Figure()" in found.html
    assert "p {}" not in body(found)
    assert found.left_out.count("an output of cell 3: it is drawn by a script") == 1


def test_secrets_are_left_out_wherever_they_stand() -> None:
    found = shown(
        code(
            f"API_KEY = '{KEY}'\nPASSWORD = 'correct-horse'", stream("connected by correct-horse")
        ),
        code("print(key)", stream(f"key {KEY}"), data(text__html=f"<td>{KEY}</td>")),
        code(f"# {KEY}\n1"),
        new_markdown_cell("The password: tr0ub4dor&3"),
        code("token_count = 7", stream("AUC 0.823\n2114  51  62.22")),
    )
    assert KEY not in found.html
    assert "correct-horse" not in found.html
    assert "tr0ub4dor" not in found.html
    assert "AUC 0.823" in found.html
    assert found.left_out == (
        "cell 1: it holds what looks like a secret",
        "an output of cell 1: it holds what looks like a secret",
        "an output of cell 2: it holds what looks like a secret",
        "an output of cell 2: it holds what looks like a secret",
        "cell 3: it holds what looks like a secret",
        "a text below cell 3: it holds what looks like a secret",
    )
    assert str(found).endswith("3 more, which it lists")


def test_the_check_judges_words_of_texts() -> None:
    assert secrets_of_text(f"x={KEY};") == [f"x={KEY};", f"x={KEY}", KEY] or KEY in "".join(
        secrets_of_text(f"x={KEY};")
    )
    assert secrets_of_text('{"api_key": "hunter2hunter2"}') == ["hunter2hunter2"]
    assert not secrets_of_text("password = getpass()", assigned=False)
    assert not secrets_of_text("contract_month_to_month    0.55\nbest: max_depth=3")
    assert list(secrets_of_code("a = {'password': 'hunter2'}; b = 'plain'")) == ["hunter2"]


def image(size: int) -> Any:
    return data(image__png=base64.b64encode(b"x" * size).decode())


def test_heavy_images_and_texts_are_left_out_and_said() -> None:
    found = shown(code("plot()", image(1000), image(400_000), stream("y" * 200_000)))
    assert found.html.count("<img ") == 1
    assert found.left_out == (
        "an output of cell 1: an image of 533 kB",
        "an output of cell 1: a text of 200 kB",
    )


def test_a_page_that_is_too_large_loses_its_images_then_its_outputs_then_itself() -> None:
    many = [code("plot()", image(200_000)) for _ in range(9)]
    found = shown(*many, code("1", stream("kept")))
    assert "<img" not in found.html
    assert "kept" in found.html
    assert found.left_out == ("all images, for the size of the page",)

    many = [code("1", stream("y" * 90_000)) for _ in range(25)]
    found = shown(*many)
    assert found.left_out[-1] == "all outputs, for the size of the page"
    assert len(found.html) < LIMIT

    found = shown(code("x = 1\n" * 60_000))
    assert found.html == ""
    assert str(found) == "left out: all of it: even without outputs it is larger than 2 MB"


def test_what_we_showed_ourselves_and_widgets_are_no_part_of_it() -> None:
    ours = data(text__html='<div class="nb2service good">churn</div>', text__plain="churn 17.0 s")
    widget = new_output("display_data", {"application/vnd.jupyter.widget-view+json": {}})
    found = shown(code("%%service\nx", ours, stream("mine")), code("y", widget), widgets={"a": {}})
    assert "17.0 s" not in found.html
    assert "mine" in found.html
    assert found.left_out == ("an output of cell 2: it is drawn by a script",)


def test_where_nbconvert_stumbles_there_is_no_page_and_why_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: Any) -> str:
        raise TypeError

    monkeypatch.setattr(page, "_html", broken)
    found = shown(code("1"))
    assert str(found) == "left out: all of it: nbconvert fails with TypeError"
    write_page(tmp_path, found)
    assert list(tmp_path.iterdir()) == []


def test_without_nbconvert_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "nbconvert.exporters.html", None)
    assert render("a", nbformat.v4.new_notebook(), 1) is None
