"""Who breaks a service and makes the checksums fit is caught: by its start or by its own tests.

`benchmarks/mutants.py` tries all mutants of all examples; here are the examples with most kinds.
"""

import json
import os
import subprocess
import sys
from collections import Counter

import pytest

from mutants import MUTANTS, Mutant
from support import CHECKOUT, MakeExample

TRIED = ("churn_xgboost", "tickets_text", "claims_pipeline", "hotel_lightgbm")
GROUPS = {"churn_xgboost": "churn"}
MUTATE = CHECKOUT / "tests" / "mutate.py"


@pytest.mark.generation
@pytest.mark.parametrize(
    "folder",
    [
        pytest.param(folder, marks=pytest.mark.xdist_group(GROUPS.get(folder, folder)))
        for folder in TRIED
    ],
)
def test_mutants_are_noticed(folder: str, example: MakeExample) -> None:
    done = subprocess.run(
        [sys.executable, MUTATE, example(folder).folder, folder],
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(MUTANTS[folder])
    for mutant, verdict in zip(MUTANTS[folder], found, strict=True):
        assert fault(mutant, verdict) == "", mutant.name


def fault(mutant: Mutant, verdict: dict[str, str]) -> str:
    """What is wrong with the verdict on a mutant: it lives, or lives and answers otherwise."""
    if mutant.equivalent:
        if verdict["noticed"]:
            return f"said to be equivalent, but noticed: {verdict['why']}"
        return verdict["why"] and f"said to be equivalent, but {verdict['why']}"
    return "" if verdict["noticed"] else f"nobody noticed; {verdict['why'] or 'no answer differs'}"


def test_there_are_enough_of_each_kind() -> None:
    kinds = Counter(mutant.kind for folder in TRIED for mutant in MUTANTS[folder])
    assert kinds.total() >= 30
    assert kinds.keys() == {"artifact", "constant", "helper", "order", "dtype"}
    for folder, mutants in MUTANTS.items():
        assert (CHECKOUT / "example_notebooks" / folder).is_dir()
        assert {m.kind for m in mutants} >= {"artifact", "order", "dtype"}, folder
