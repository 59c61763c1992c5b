"""Paths of bare cells: golden notebooks, each with the function that must come out and its input.

After a wanted change, `pytest tests/test_slicing.py --golden` writes the files anew; read the diff.
"""

from pathlib import Path

import pytest

from nb2service.errors import Nb2serviceError
from nb2service.slicing.search import Choice
from nb2service.slicing.summary import summary
from support import choose_path

GOLDEN = Path(__file__).parent / "golden" / "paths"
CASES = sorted(path.stem for path in GOLDEN.glob("*.ipynb"))


@pytest.mark.filterwarnings("ignore")  # what the notebooks' own cells warn of
@pytest.mark.parametrize("case", CASES)
def test_golden_path(case: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    notebook = tmp_path / f"{case}.ipynb"
    notebook.write_bytes((GOLDEN / f"{case}.ipynb").read_bytes())
    try:
        text = shown(choose_path(notebook))
    except Nb2serviceError as error:
        text = "".join(f"# {line}\n" for line in str(error).splitlines())
    expected = GOLDEN / f"{case}.path.py"
    if request.config.getoption("--golden"):
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")


def shown(choice: Choice) -> str:
    """The path as a reader compares it: the input, the frozen values, the function."""
    function, start = choice.function, choice.function.input
    lines = [f"# input: {start.text}, {choice.trial['answered']} rows of {choice.trial['rows']}"]
    if function.columns is not None:
        lines.append(f"# columns: {', '.join(map(str, function.columns))}")
    told = summary(choice)
    if told["above"]:
        lines.append(f"# not from {told['above']}")
    lines += [f"# or {line}" for line in told["lines"]]
    lines += [f"# {name}: {value.text}" for name, value in sorted(function.constants.items())]
    return "\n".join(lines) + "\n" + function.source
