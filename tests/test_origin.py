"""What the README of a service says of its notebook, the command and the features."""

import json
from typing import Any

import pytest

from nb2service import places
from nb2service.writing.origin import origin
from support import Generation


def contract(properties: dict[str, Any], *required: str, **made: Any) -> dict[str, Any]:
    return {
        "$defs": {"record": {"properties": properties, "required": list(required)}},
        "provenance": {
            "notebook": "nb.ipynb",
            "cell": 4,
            "python": "3.12.1",
            "packages": {"pandas": "3.1.1"},
            **made,
        },
    }


def table(text: str) -> list[str]:
    return text.split("|---|---|---|\n")[1].splitlines()


def test_notebook_command_and_packages() -> None:
    said = origin(contract({}))
    assert said.startswith(
        "Made from cell 4 of `nb.ipynb` by `nb2service new nb.ipynb`, with Python 3.12.1, pandas 3.1.1."
    )
    said = origin(contract({}, notebook="two words.ipynb", notebook_run=False))
    assert "`nb2service new 'two words.ipynb' run_notebook=no`" in said


@pytest.mark.parametrize(
    ("name", "schema", "row"),
    [
        pytest.param(
            "age", {"type": "integer", "x-seen": {"min": 1, "max": 54}},
            "| `age` | an integer | 1 to 54 |", id="a range",
        ),
        pytest.param(
            "age", {"type": ["number", "null"], "x-null": "nan", "x-seen": {"min": 4, "max": 4}},
            "| `age` | a number or null | 4 |", id="one value",
        ),
        pytest.param(
            "room", {"type": "string", "x-known": ["a|b", "c"]},
            '| `room` | a string | "a\\|b", "c" |', id="known values",
        ),
        pytest.param(
            "room", {"type": "string", "enum": ["a", "b"]},
            '| `room` | a string, one of "a", "b" |  |', id="the only values",
        ),
        pytest.param(
            "window", {"type": "array", "items": {"type": "number"}, "minItems": 64},
            "| `window` | an array of 64, each a number |  |", id="an array",
        ),
        pytest.param("any", {}, "| `any` | anything |  |", id="no type"),
        pytest.param(
            "a`b|c\nd", {"type": "number"}, "| `` a`b\\|c d `` | a number |  |", id="a strange name",
        ),
    ],
)  # fmt: skip
def test_a_feature(name: str, schema: dict[str, Any], row: str) -> None:
    assert table(origin(contract({name: schema}, name))) == [row]


def test_one_that_may_be_left_out() -> None:
    row = "| `a` | a number, or leaves it out |  |"
    assert table(origin(contract({"a": {"type": "number"}}))) == [row]


def test_of_very_many_the_first() -> None:
    names = [f"f{number}" for number in range(500)]
    rows = table(origin(contract({name: {"type": "number"} for name in names}, *names)))
    assert len(rows) == 41
    assert rows[-1] == "| and 460 more | in `model/contract.json` | |"


def test_the_template_s_own_readme_has_that_of_its_toy() -> None:
    toy = json.loads((places.template() / "model" / "contract.json").read_text("utf-8"))
    readme = (places.template() / "README.md").read_text("utf-8")
    assert f"<!-- origin -->\n{origin(toy)}\n<!-- /origin -->" in readme


@pytest.mark.generation
@pytest.mark.xdist_group("churn")
def test_a_generated_readme_names_notebook_command_and_features(generation: Generation) -> None:
    readme = (generation.folder / "README.md").read_text("utf-8")
    assert "Made from cell 11 of `churn.ipynb` by `nb2service new churn.ipynb`" in readme
    model = generation.folder / "model"
    features = json.loads((model / "contract.json").read_text("utf-8"))["$defs"]["record"]
    for name in features["properties"]:
        assert f"| `{name}` | a number or null |" in readme
