"""Upgrade: the newest versions with which every answer is still the notebook's: `make upgrade`.

They are compiled, installed, proven and tested in a copy of the service. Where all of them together
fail or change an answer, those that do are found, and stay where they are. The exit status is 0 if
nothing is newer, or if something newer is proven and written; 1 if nothing could be.
"""

import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from service.proof.locks import Change, Locks, changes, read_locks
from service.proof.swap import finish, swap
from service.proof.trial import ALL, PROOF, CannotTryError, Trial

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Upgrade the service, and return the exit status."""
    if shutil.which("uv") is None:
        print("cannot upgrade: uv is not installed, which compiles the locks", file=sys.stderr)
        return 1
    try:
        finish(ROOT)
        with tempfile.TemporaryDirectory(prefix="upgrade-") as folder:
            return _upgrade(Trial(ROOT, Path(folder)))
    except CannotTryError as error:
        print(f"cannot upgrade: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; the locks are whole, as they were or as they were proven", file=sys.stderr)
        return 130


def _upgrade(trial: Trial) -> int:
    old = read_locks(ROOT)
    new = trial.compile(old)
    wanted = changes(old, new)
    if not wanted:
        print("nothing to do: no newer version is allowed by requirements/*.in")
        return 0
    _say(f"newer: {', '.join(map(str, wanted))}")
    kept, back = proven(trial, old, new)
    moved = changes(old, kept)
    if moved:
        swap(ROOT, kept.files)
        _say("upgraded; every answer is the notebook's, within its tolerance:", moved)
    else:
        _say("refused; the locks are as they were")
    for change, why in back:
        _say(f"kept back: {change}\n    {why}")
    return 0 if moved else 1


def proven(trial: Trial, old: Locks, new: Locks) -> tuple[Locks, list[tuple[Change, str]]]:
    """Return the newest locks that hold, and each package that is kept back, with the reason.

    Raises CannotTryError where what fails does so with the old locks, too: no package is to blame.
    """
    if not (why := trial.failing(new)):
        return new, []
    if own := trial.failing(old):
        raise CannotTryError(f"with the versions as they are, {own}; mend that first")
    names = [change.name for change in changes(old, new)]
    _say(f"not all of them together ({why}); looking for those that do not hold")
    for verbs in (PROOF, ALL):
        back: dict[str, str] = {}
        kept = _grown(trial, old, names, verbs, back)
        if kept == old or not trial.failing(kept):
            break
    left = "it goes only with what is kept back"
    return kept, [(change, back.get(change.name, left)) for change in changes(kept, new)]


def _grown(
    trial: Trial, held: Locks, names: Sequence[str], verbs: Sequence[str], back: dict[str, str]
) -> Locks:
    """Return the locks with as many of the packages moved as hold; the others go into `back`.

    A group that fails is halved until it is one package, which is so tried beside all that hold.
    """
    try:
        moved = trial.compile(held, names)
        if not changes(held, moved):
            return held
        why = trial.failing(moved, verbs)
    except CannotTryError as error:  # beside what is held back it goes with no version of others
        moved, why = held, " ".join(str(error).split())[:300]
    if not why:
        return moved
    if len(names) == 1:
        back[names[0]] = why
        return held
    half = len(names) // 2
    held = _grown(trial, held, names[:half], verbs, back)
    return _grown(trial, held, names[half:], verbs, back)


def _say(text: str, listed: Sequence[Change] = ()) -> None:
    print("\n".join([text, *(f"    {change}" for change in listed)]), flush=True)


if __name__ == "__main__":
    sys.exit(main())
