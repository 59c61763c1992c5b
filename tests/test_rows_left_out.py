"""Rows that the notebook leaves out: refused by the service, told in its contract, API and page."""

import json
from pathlib import Path

import pytest

from served import Server
from support import cookiecutter

HERE = Path(__file__).parent
GUARD = "houses['rooms'] > 2 (cell 2)"


@pytest.mark.generation
def test_rows_left_out_are_refused_and_told(tmp_path: Path) -> None:
    done = cookiecutter(HERE / "golden" / "paths" / "rows_by_condition.ipynb", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    folder = tmp_path / "rows-by-condition"
    contract = json.loads((folder / "model" / "contract.json").read_text(encoding="utf-8"))
    assert contract["predict"]["guards"] == [GUARD]
    with Server(tmp_path / "log", folder).until_ready() as server:
        kept, left_out = {"age": 40.5, "rooms": 3}, {"age": 40.5, "rooms": 2}
        assert server.post(kept)[0] == 200
        status, body = server.post([kept, left_out])
        assert status == 422
        message = f"the notebook leaves such rows out: {GUARD}"
        assert body["errors"] == [{"record": 1, "message": message}]
        _, document = server.get("/openapi.json")
        assert f"- `{GUARD}`" in document["components"]["responses"]["LeftOut"]["description"]
        assert "houses[&#39;rooms&#39;] &gt; 2 (cell 2)" in server.text("/")
