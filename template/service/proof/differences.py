"""How far the answers of this environment are from the notebook's, in one line.

`make prove` tells it where they differ, `make upgrade` of each version that it keeps back:
`python -m service.proof.differences` prints the line, and nothing where all agree.
"""

import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from service.compare import same_answer
from service.contract import CONTRACT_FILE, Contract, read_contract
from service.notebook_lines import last_place
from service.proof.asking import Asker, Load, named_calls, place_of_row, recorded_calls
from service.proof.findings import Call, outcome, short
from service.proof.reload import reload_predict
from service.recorded_clock import recorded_clock

Move = tuple[str, float, float]  # the name in the answer, the notebook's number, the one here


def main() -> int:
    """Print the line; the exit status is 1 if there is one."""
    model = CONTRACT_FILE.parent
    try:
        contract = read_contract()
        load = partial(reload_predict, contract.function, model)
        text = differences(load, contract, recorded_calls(model), model)
    except Exception as error:  # the notebook's code may raise anything
        place = last_place(error)
        text = f"the model does not load: {f'{place}: ' if place else ''}{type(error).__name__}"
        text = " ".join(f"{text}: {error}".split())
    print(text)
    return 1 if text else 0


def differences(load: Load, contract: Contract, calls: Sequence[Call], model: Path) -> str:
    """Return how many answers differ, and the largest difference; `""` if all agree."""
    ask = Asker(load(), contract, load)
    asked, failures, places, moves = 0, list[str](), list[str](), list[tuple[str, Move]]()
    with recorded_clock(contract.clock, model):
        for place, call in named_calls(calls):
            if "error" in call:
                continue  # what the notebook refused has no answer to differ from
            asked += len(call["records"])
            got = outcome(ask, call["records"])
            if got.error:
                failures.append(f"{place} fails: {got.error}")
                continue
            for row, (was, now) in enumerate(zip(call["answers"], got.answers, strict=False)):
                if not same_answer(now, was):
                    where = place_of_row(place, call, row)
                    places.append(f"{where}: {short(was)}, here {short(now)}")
                    moves += [(where, move) for move in _moves(was, now)]
    if failures:
        return f"{len(failures)} of {len(calls)} calls fail: {failures[0]}"
    if not places:
        return ""
    return f"{len(places)} of {asked} answers differ; {_largest(moves) or places[0]}"


def _largest(moves: Sequence[tuple[str, Move]]) -> str:
    if not moves:
        return ""
    where, (name, was, now) = max(moves, key=lambda one: abs(one[1][2] - one[1][1]))
    told = f"the largest difference: {short(was)}, here {short(now)}"
    return f"{told} ({f'{name}, ' if name else ''}{where})"


def _moves(was: Any, now: Any, name: str = "") -> Iterator[Move]:
    """Yield the numbers of an answer that differ, with their names."""
    if isinstance(was, dict) and isinstance(now, dict):
        for key in was.keys() & now.keys():
            yield from _moves(was[key], now[key], f"{name}.{key}" if name else key)
    elif isinstance(was, list) and isinstance(now, list):
        for at, (before, after) in enumerate(zip(was, now, strict=False)):
            yield from _moves(before, after, f"{name}[{at}]")
    elif _is_number(was) and _is_number(now) and not same_answer(now, was):
        yield name, was, now


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


if __name__ == "__main__":
    sys.exit(main())
