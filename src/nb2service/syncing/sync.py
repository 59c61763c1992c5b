"""Sync: extract the notebook of a service anew, say what changed, and swap it in."""

import difflib
import hashlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nb2service.comparing.compare import compare, shown
from nb2service.comparing.read import read_contract
from nb2service.errors import Nb2serviceError
from nb2service.pipeline import Locker, Outcome, extract
from nb2service.recorded import Recorded
from nb2service.rendering.page import FILE as PAGE
from nb2service.syncing.answers import ask_again, in_words
from nb2service.syncing.swap import HISTORY, swap, write_history
from nb2service.take import Watch
from nb2service.whole import STAGE, restore
from nb2service.writing.lock import Lock, lock

_SUMS = "SHA256SUMS"
# What `make upgrade` leaves in a model: the versions at which it was proven again.
_UPGRADED = "upgraded.txt"
_BESIDES = (_SUMS, _UPGRADED)


@dataclass(frozen=True)
class Prepared:
    """A new model beside the old one, and what tells them apart.

    Attributes:
        service: the folder of the service.
        recorded: its answers.
        outcome: the extraction, in the service's stage.
        text: what changed, for people; `""` if nothing did.
        changed: the same in sentences, for the history.
        breaks: whether clients notice.
    """

    service: Path
    recorded: Recorded
    outcome: Outcome
    text: str = ""
    changed: Sequence[str] = ()
    breaks: bool = False

    def write(self) -> list[str]:
        """Swap the new model in; return the files that lack the place for what is filled in."""
        model = self.service / STAGE / "model"
        outcome = self.outcome
        write_history(model, self.service / "model", outcome.contract, self.changed)
        return swap(
            self.service,
            outcome.contract,
            outcome.lock,
            outcome.minor,
            self.recorded.plain,
            outcome.proof.measured,
        )


@contextmanager
def prepared(service: Path, recorded: Recorded, watch: Watch, *, force: bool) -> Iterator[Prepared]:
    """Extract the notebook into the service's stage, which goes away at the end of the block.

    Args:
        service: the folder of the service.
        recorded: its answers.
        watch: called before each cell; see `pipeline.extract`.
        force: whether files of `model/` that were edited by hand may be lost.

    Raises:
        Nb2serviceError: the notebook cannot be served, or `model/` was edited.
    """
    restore(service, folder=False)  # what a sync that was killed left behind
    stage, asked = service / STAGE, recorded.asked
    shutil.rmtree(stage, ignore_errors=True)
    if not force:
        _refuse_edited(service)
    stage.mkdir()
    try:
        outcome = extract(
            asked.notebook,
            asked.kernel,
            stage,
            watch,
            run_notebook=asked.run_notebook,
            accelerate=asked.accelerate,
            notebook_page=asked.notebook_page,
            locker=_locker(service),
        )
        yield _compared(service, recorded, outcome)
    finally:
        restore(service, folder=False)
        shutil.rmtree(stage, ignore_errors=True)


def _compared(service: Path, recorded: Recorded, outcome: Outcome) -> Prepared:
    old, new = service / "model", service / STAGE / "model"
    files = _different(old, new)
    if not _counts(old, new, wanted=recorded.asked.notebook_page):
        files = [name for name in files if name != PAGE]
    if not files:
        return Prepared(service, recorded, outcome)
    changes = compare(read_contract(old), read_contract(new))
    answers = list(in_words(ask_again(new.parent, service, outcome.kernel)))
    told = [shown(changes, as_json=False)] if changes else []
    told += ["Answers:", *(f"  {line}" for line in answers)]
    told += ["Code and files:", *(f"  {line}" for line in _files_told(old, new, files))]
    return Prepared(
        service,
        recorded,
        outcome,
        "\n".join(told),
        [*(change.text for change in changes), answers[0]],
        any(change.breaks for change in changes),
    )


def _different(old: Path, new: Path) -> list[str]:
    """Return the files that are not the same in both, but for those that no extraction writes."""
    sides = [_files(old), _files(new)]
    names = sorted({*sides[0], *sides[1]} - {HISTORY, *_BESIDES})
    return [name for name in names if sides[0].get(name) != sides[1].get(name)]


def _counts(old: Path, new: Path, *, wanted: bool) -> bool:
    """Whether the notebook's page is a reason to write: only if it is to come or to go.

    It changes whenever somebody saves the notebook, and with each version of nbconvert.
    """
    was, is_now = ((model / PAGE).is_file() for model in (old, new))
    return (is_now and not was) if wanted else was


def _files(model: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of a model, by its path in there."""
    return {
        path.relative_to(model).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(model.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def _files_told(old: Path, new: Path, names: Sequence[str]) -> Iterator[str]:
    if (old / _UPGRADED).exists():
        yield "the model's libraries are the notebook's again; make upgrade proves newer ones"
    for name in names:
        before, now = old / name, new / name
        if not before.exists() or not now.exists():
            yield f"model/{name} is {'new' if now.exists() else 'gone'}"
        elif name.endswith(".py"):
            was, is_now = (p.read_text(encoding="utf-8").splitlines() for p in (before, now))
            lines = [line for line in difflib.ndiff(was, is_now) if line[0] in "+-"]
            more = sum(line.startswith("+") for line in lines)
            yield f"model/{name}: {more} lines more, {len(lines) - more} less"
        else:
            yield f"model/{name} changed"


def _refuse_edited(service: Path) -> None:
    """Raise Nb2serviceError if a file of `model/` is not as it was extracted."""
    model = service / "model"
    try:
        lines = (model / _SUMS).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise Nb2serviceError(
            f"model/{_SUMS}",
            f"cannot be read ({error.strerror}), so edits by hand cannot be told",
            "Give --force to overwrite model/ all the same.",
        ) from None
    known = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    found = {name: digest for name, digest in _files(model).items() if name not in _BESIDES}
    edited = [n for n in sorted({*known, *found}) if known.get(n) != found.get(n)]
    if edited:
        raise Nb2serviceError(
            ", ".join(f"model/{name}" for name in edited[:5]),
            "edited by hand, which a sync would overwrite",
            "Put the change into the notebook, or give --force to lose it.",
        )


def _locker(service: Path) -> Locker:
    """Lock as the service does: its own requirements, and the locks that it has where they fit."""

    def locked(model: Path, closure: Mapping[str, str], minor: str) -> Lock:
        texts = [
            (folder / "requirements.txt").read_bytes() for folder in (model, service / "model")
        ]
        # Versions that `make upgrade` proved were proven of the old model.
        if texts[0] == texts[1] and not (service / "model" / _UPGRADED).exists():
            return _as_it_is(service)
        return lock(service, model, closure, minor)

    return locked


def _as_it_is(service: Path) -> Lock:
    own, dev = (
        (service / name).read_text(encoding="utf-8")
        for name in ("requirements.txt", "requirements-dev.txt")
    )
    hashed = "--hash=" in own
    first = own.partition("\n")[0]
    why = first.removeprefix("# Not hashed, because ").partition(". `make")[0]
    return Lock(own, dev, hashed=hashed, note="" if hashed else f"locked without hashes: {why}")
