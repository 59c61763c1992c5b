"""What the user sees of `nb2service sync`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from nb2service.errors import Nb2serviceError
from nb2service.recorded import Recorded, read_recorded

_ANSWERS = ("notebook", "kernel", "run_notebook", "accelerate", "notebook_page")
BREAKS = 3


def sync(given: argparse.Namespace) -> int:
    """Let a service follow its notebook; return the exit status.

    That is 0 when it is in step, 1 when `--check` finds it behind, and 3 when clients would notice.
    """
    service, answers = _understood(given.words)
    if not (service / "model" / "contract.json").is_file():
        raise Nb2serviceError(
            str(service), "is no service of nb2service: it has no model/", "Name its folder."
        )
    recorded = read_recorded(service, answers)
    if given.check:
        from nb2service.syncing.fresh import freshness

        found = freshness(service, recorded)
        print(found.text)
        if found.behind:
            print(f"To follow it: nb2service sync {given.words[0] if given.words else ''}".rstrip())
        return int(found.behind)
    return _sync(service, recorded, given)


def _understood(words: Sequence[str]) -> tuple[Path, dict[str, str]]:
    folders = [word for word in words if "=" not in word] or ["."]
    answers = dict(word.split("=", 1) for word in words if "=" in word)
    if len(folders) > 1:
        raise Nb2serviceError(" ".join(folders), "are two services", "Sync one after the other.")
    if unknown := [key for key in answers if key not in _ANSWERS]:
        raise Nb2serviceError(
            f"{unknown[0]}={answers[unknown[0]]}",
            "is no answer that a sync can change",
            f"Known: {', '.join(_ANSWERS)}.",
        )
    return Path(folders[0]).expanduser().absolute(), answers


def _sync(service: Path, recorded: Recorded, given: argparse.Namespace) -> int:
    from nb2service.card import progress
    from nb2service.syncing.sync import prepared

    name = recorded.asked.notebook.name
    with (
        progress(name) as watch,
        prepared(service, recorded, watch, force=given.force) as found,
    ):
        if not found.text:
            print(f"{service.name}: in step with {name}; nothing was written.")
            return 0
        print(found.text)
        if found.breaks and not given.accept_breaking:
            sys.stdout.flush()
            print(
                f"{service.name}: clients would notice; nothing was written. "
                "Give --accept-breaking to write it all the same.",
                file=sys.stderr,
            )
            return BREAKS
        if given.dry_run:
            print("Nothing was written (--dry-run).")
            return 0
        for file in found.write():
            print(f"{file} has no place for what generation fills in; it stays as it is.")
        print(f"{service.name}: model {found.outcome.contract['model_version']} is written.")
        print("Next:\n    make test\n    make prove")
    return 0
