"""Golden notebooks: `<case>.ipynb` beside the code and the schema that must come out of it.

After a wanted change, `pytest tests/test_golden.py --golden` writes the files anew; read the diff.
"""

import asyncio
import json
from pathlib import Path

import pytest

from nb2service.look import look
from nb2service.running.kernels import choose
from nb2service.take import Clock, take
from nb2service.writing.source import predict_source
from nb2service.writing.write import contract_of

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(path.stem for path in GOLDEN.glob("*.ipynb"))


@pytest.mark.parametrize("case", CASES)
def test_extraction(case: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    looked = look(GOLDEN / f"{case}.ipynb")
    kernel = choose(looked.notebook, "")
    taken, _, prover = asyncio.run(
        take(looked, kernel, tmp_path, lambda index, count, cell: None, Clock())
    )
    prover.close()
    contract = contract_of(taken)
    kept = {key: contract[key] for key in ("$defs", "predict", "examples")}
    found = {
        f"{case}.predict.py": predict_source(looked.scope, taken),
        f"{case}.contract.json": json.dumps(kept, indent=1, ensure_ascii=False) + "\n",
    }
    for name, text in found.items():
        if request.config.getoption("--golden"):
            (GOLDEN / name).write_text(text, encoding="utf-8")
        assert text == (GOLDEN / name).read_text(encoding="utf-8")
