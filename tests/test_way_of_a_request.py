"""How much one reads to follow a request: what runs in `service/` while one /predict is answered."""

import ast
import json
import os
from pathlib import Path

import pytest

from nb2service import places
from served import Server

SERVICE = places.template() / "service"
# What it is today; it may become less.
MOST_LINES_THAT_RUN, MOST_LINES_OF_FILES = 750, 2360


def functions(file: Path) -> dict[int, set[int]]:
    """The lines of each function of a file, docstrings with them, by the first one."""
    found = {}
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
            found[first] = set(range(first, (node.end_lineno or 0) + 1))
    return found


@pytest.fixture(scope="module")
def way(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[int]]:
    """The lines of the functions that ran, by their file; in a worker that is warm."""
    contract = json.loads((SERVICE.parent / "model" / "contract.json").read_text(encoding="utf-8"))
    record = contract["examples"][0]["record"]
    log = tmp_path_factory.mktemp("way") / "log"
    path = os.pathsep.join([str(Path(__file__).parent), str(SERVICE.parent)])
    with Server(log, app="traced:app()", PYTHONPATH=path, TOY_MODEL="serve") as server:
        server.until_ready()
        assert server.post(record)[0] == 200
        assert server.get("/watch") == (200, [])
        assert server.post(record)[0] == 200
        _, told = server.get("/watched")
    lines: dict[str, set[int]] = {}
    for name, function, first in told:
        if not function.rpartition(".")[2].startswith("<"):  # parts of the function around them
            lines.setdefault(name, set()).update(functions(SERVICE / name)[first])
    return lines


def test_the_way_of_a_request_can_be_read(way: dict[str, set[int]]) -> None:
    of_files = {name: (SERVICE / name).read_text(encoding="utf-8").count("\n") for name in way}
    for name, lines in sorted(way.items()):
        print(f"{len(lines):4} of {of_files[name]:4} {name}")
    run, read = sum(map(len, way.values())), sum(of_files.values())
    print(f"{run} lines of functions that run, in {len(way)} files of {read} lines")
    assert {"http/routes.py", "answering.py", "gate/gate.py", "records/inputs.py"} <= set(way)
    assert run <= MOST_LINES_THAT_RUN
    assert read <= MOST_LINES_OF_FILES


def test_nothing_of_the_page_the_proof_or_the_start_is_on_the_way(way: dict[str, set[int]]) -> None:
    aside = ("proof/", "http/page", "http/fields", "http/openapi", "app.py", "start", "settings")
    assert not [name for name in way if name.startswith(aside)]
