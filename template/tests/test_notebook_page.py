"""The notebook as a page: nobody's script runs in it, and a model without one has no route."""

import re

import pytest

from service.http import notebook_page
from service.settings import Settings

PAGE = "<html><style>p { color: red }</style><p>A notebook</p><script>alert(1)</script></html>"


@pytest.fixture
def file(tmp_path, monkeypatch):
    path = tmp_path / "notebook.html"
    monkeypatch.setattr(notebook_page, "notebook_file", lambda: path)
    return path


def test_it_is_served_and_may_run_nothing(serve, file):
    file.write_text(PAGE, encoding="utf-8")
    response = serve(lambda record: 1).get("/notebook")
    assert (response.status_code, response.mimetype) == (200, "text/html")
    assert response.text == PAGE
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "; sandbox" in policy
    assert "allow-scripts" not in policy
    assert "unsafe" not in policy
    assert re.search(r"style-src 'sha256-[\w+/]{43}=';", policy)


def test_the_page_links_it(serve, file):
    file.write_text(PAGE, encoding="utf-8")
    assert 'href="notebook"' in serve(lambda record: 1).get("/").text


def test_a_model_without_one_has_neither_route_nor_link(serve, file):
    client = serve(lambda record: 1)
    assert client.get("/notebook").status_code == 404
    assert 'href="notebook"' not in client.get("/").text


def test_it_goes_with_the_page(serve, file):
    file.write_text(PAGE, encoding="utf-8")
    assert serve(lambda record: 1, Settings(page=False)).get("/notebook").status_code == 404


def test_the_model_s_own(client):
    file = notebook_page.notebook_file()
    expected = 200 if file.is_file() else 404
    assert client.get("/notebook").status_code == expected
