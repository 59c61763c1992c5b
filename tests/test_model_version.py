"""The version of a model: it follows what answers, and nothing else."""

import pytest

from nb2service.closure.items import Item
from nb2service.closure.modules import LocalModule
from nb2service.model_version import version_of
from support import MakeNotebook, an_artifact, an_extraction

PREDICT = "#| predict\ndef predict(payload):\n    return payload['a'] + 1"
CALL = "predict({'a': 1})"
ITEMS = (
    Item("scaler", "artifact", 'scaler = load_artifact("s")', 4, artifact=an_artifact()),
    Item("CUT", "literal", "CUT = 0.5", 2),
)


def test_it_has_the_notebooks_name_and_stays_when_a_plot_changes(
    make_notebook: MakeNotebook,
) -> None:
    first = version_of(an_extraction(make_notebook(PREDICT, CALL, "show('red')"), *ITEMS)[1])
    assert first.startswith("nb-")
    assert len(first) == len("nb-") + 8
    assert first == version_of(
        an_extraction(make_notebook(PREDICT, CALL, "show('blue')"), *ITEMS)[1]
    )


@pytest.mark.parametrize(
    "items",
    [
        pytest.param(
            (
                Item("scaler", "artifact", "s", 4, artifact=an_artifact(sha256="1" * 64)),
                ITEMS[1],
            ),
            id="trained anew",
        ),
        pytest.param(
            (
                Item("scaler", "artifact", "s", 4, artifact=an_artifact(state={"rounds": 3})),
                ITEMS[1],
            ),
            id="loaded with other state",
        ),
        pytest.param((ITEMS[0], Item("CUT", "literal", "CUT = 0.6", 2)), id="another literal"),
        pytest.param(ITEMS[:1], id="one thing less"),
    ],
)
def test_it_changes_with_what_answers(make_notebook: MakeNotebook, items: tuple[Item, ...]) -> None:
    notebook = make_notebook(PREDICT, CALL)
    before = version_of(an_extraction(notebook, *ITEMS)[1])
    assert version_of(an_extraction(notebook, *items)[1]) != before


def test_it_changes_with_predict_and_with_the_users_modules(make_notebook: MakeNotebook) -> None:
    notebook = make_notebook(PREDICT, CALL)
    before = version_of(an_extraction(notebook, *ITEMS)[1])
    other = make_notebook(PREDICT.replace("+ 1", "+ 2"), CALL)
    assert version_of(an_extraction(other, *ITEMS)[1]) != before
    module = notebook.parent / "own.py"
    found: set[str] = set()
    for text in ("A = 1", "A = 2"):
        module.write_text(text)
        one = LocalModule("own", module, "predict")
        found.add(version_of(an_extraction(notebook, *ITEMS, modules=(one,))[1]))
    assert len(found | {before}) == 3
