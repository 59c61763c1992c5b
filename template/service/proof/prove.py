"""Prove the model again, in this environment: `make prove`, `python -m service.proof.prove`.

It repeats what the notebook asked, in every way that must not change an answer, and tells what it
finds. The exit status is 1 where an answer is not the notebook's, or where predict mixes rows or
calls and the contract does not say so.
"""

import os
import sys
from collections.abc import Iterator
from functools import partial

from model.loading import CHANGED
from service.contract import CONTRACT_FILE, Contract, read_contract
from service.notebook_lines import last_place
from service.proof.asking import recorded_calls
from service.proof.checks import check
from service.proof.differences import differences
from service.proof.findings import PARITY, SKEW, STATE, Found
from service.proof.reload import reload_predict

_LABELS = {
    "recorded": "recorded calls answered as in the notebook",
    "drawn": "drawn records answered as in the notebook",
    "twice": "calls answered alike when repeated",
    "order": "calls answered alike with their keys in another order",
    "alone": "rows answered alike alone and in their batch",
    "shuffled": "batches answered alike with their rows shuffled",
    "again": "calls answered alike after others, and from a fresh start",
    "threads": "calls answered alike from several threads at once",
    "json": "records that come through JSON unchanged",
}
_SHOWN = 5


def main() -> int:
    """Run the checks, print what they found, and return the exit status."""
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(variable, "1")  # many short calls are quicker so
    model = CONTRACT_FILE.parent
    try:
        contract = read_contract()
        calls = recorded_calls(model)
        load = partial(reload_predict, contract.function, model)
        predict = load()
    except Exception as error:  # the notebook's code may raise anything
        place = last_place(error)
        print(f"cannot prove: {f'{place}: ' if place else ''}{error}", file=sys.stderr)
        return 1
    if CHANGED:
        names = ", ".join(sorted(CHANGED))
        print(
            f"cannot prove: {names} of the environment changes answers; unset it", file=sys.stderr
        )
        return 1
    found = check(predict, contract, calls, load, model)
    for line in report(contract, found):
        print(line)
    if found.of(PARITY):
        print(differences(load, contract, calls, model))
    return 1 if news(contract, found) else 0


def report(contract: Contract, found: Found) -> Iterator[str]:
    """Return what was asked and found, line by line."""
    for name, counted in found.counts().items():
        if counted["asked"]:
            yield f"{counted['alike']:5} of {counted['asked']:5} {_LABELS[name]}"
            texts = found.of([name])
            yield from (f"          {text}" for text in texts[:_SHOWN])
            if len(texts) > _SHOWN:
                yield f"          and {len(texts) - _SHOWN} more"
    if news(contract, found):
        yield "NOT PROVEN: the service does not answer as its contract says"
    elif found.findings:
        yield "proven; the contract tells of what was found: see its `proof`"
    else:
        yield "proven"


def news(contract: Contract, found: Found) -> list[str]:
    """Return the findings that the contract does not tell of."""
    checks = [*PARITY, *(SKEW if contract.rowwise else ()), *(() if contract.stateful else STATE)]
    return found.of(checks)


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # a thread that hangs in predict must not keep the process
