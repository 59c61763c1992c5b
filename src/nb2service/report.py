"""The report: what there is to say about an extraction, for people's card and for machines."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nb2service.closure.items import Item
from nb2service.closure.modules import LocalModule
from nb2service.extraction import Extraction
from nb2service.proving.prove import Proof, Requirements
from nb2service.proving.words import consequences
from nb2service.slicing.compile.checks import is_helper, what_it_does
from nb2service.slicing.summary import summary
from nb2service.version import version
from nb2service.writing.lock import Lock

_KINDS = {
    "import": 0,
    "code": 1,
    "literal": 2,
    "artifact": 3,
    "setup": 4,
    "setting": 5,
    "parameter": 6,
}
# What proves a service again, in its folder.
PROVE = "make prove"


def report_of(
    taken: Extraction,
    requirements: Requirements,
    proof: Proof,
    lock: Lock,
    block: Mapping[str, Any],
) -> dict[str, Any]:
    """What there is to say, as JSON-able data; nothing in it depends on the time or the machine.

    Args:
        taken: what was taken from the notebook.
        requirements: what the model needs.
        proof: what the proof found.
        lock: the locked requirements of the service.
        block: what the contract says of the proof; see `proof_block`.
    """
    record = taken.inference.record
    return {
        "notebook": taken.notebook.name,
        "mark": {
            "cell": taken.mark.cell.number,
            "how": taken.mark.how,
            "function": taken.mark.function,
        },
        "generator": f"nb2service {version()}",
        "python": taken.python,
        "items": [
            *_modules(taken.modules),
            *(
                _described(item, taken.files.get(item.name, ""))
                for item in _sorted(taken.items.values())
            ),
        ],
        **({} if taken.choice is None else {"path": summary(taken.choice)}),
        "record": {
            "input": taken.inference.input,
            "features": list(record["properties"]),
            "optional": [n for n in record["properties"] if n not in record["required"]],
        },
        "model_version": taken.model_version,
        "proof": {
            "seen": taken.inference.seen,
            **block,
            "again": PROVE,
        },
        "faster": _faster(taken, proof),
        "requirements": dict(requirements.pins),
        "locked": lock.note or "locked with hashes",
        "warnings": warnings(taken, proof, lock, block["findings"]),
    }


def proof_block(
    proof: Proof, findings: Sequence[str], unreached: Sequence[str] = ()
) -> dict[str, Any]:
    """What the contract says of the proof: how often each check asked, and what it found.

    Args:
        proof: what the proof found.
        findings: its findings, as sentences.
        unreached: the places of the code that no call of the proof came to, in words.
    """
    counts = {check: dict(told) for check, told in proof.counts.items() if told["asked"]}
    never = {"unreached": list(unreached)} if unreached else {}
    return {"checks": counts, "findings": list(findings), **never}


def warnings(taken: Extraction, proof: Proof, lock: Lock, findings: Sequence[str]) -> list[str]:
    """What the user should know before anyone deploys this."""
    found = [*findings, *consequences(proof)]
    found += [
        f"`{item.name}` is a table of {item.artifact.rows} rows and comes along whole: are these "
        "training data that should not leave the notebook?"
        for item in taken.artifacts
        if item.artifact and (item.artifact.rows or 0) > 100
    ]
    found += [
        f"`{item.name}` is {size(item.artifact.bytes)}: every worker of the service loads it."
        for item in taken.artifacts
        if item.artifact and item.artifact.bytes > 100_000_000
    ]
    if lock.note:
        found.append(f"The requirements are {lock.note}.")
    return found + list(taken.notes)


def _faster(taken: Extraction, proof: Proof) -> list[dict[str, Any]]:
    """The methods of artifacts that drop-ins stand before, and on how many tables these were equal."""
    names = {item.artifact.file: item.name for item in taken.artifacts if item.artifact}
    return [
        {"method": f"{names[file]}{_within(entry['at'])}.{method}", **entry}
        for file, entries in proof.faster.items()
        for entry in entries
        for method in entry["methods"]
    ]


def _within(path: Sequence[Any]) -> str:
    """A place in a value as Python writes it: `.steps[1][1]`."""
    return "".join(
        step if isinstance(step, str) and step.startswith(".") else f"[{step!r}]" for step in path
    )


def _sorted(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda i: (_KINDS[i.becomes], i.cell or 0, i.line, i.name))


def _described(item: Item, loaded: str) -> dict[str, Any]:
    """One thing that came along; an artifact with its file, its type and its size."""
    why = _why(item, loaded)
    cell = None if is_helper(item.source) else item.cell
    told = {"name": item.name, "becomes": item.becomes, "cell": cell, "why": why}
    if item.artifact:
        told |= {
            "file": item.artifact.file,
            "type": item.artifact.type,
            "bytes": item.artifact.bytes,
        }
    return told


def _why(item: Item, loaded: str) -> str:
    """What it is, where from, and what needs it; `loaded` is the file that it was loaded from."""
    why = f"{loaded}, used by {item.by}" if loaded else f"used by {item.by}"
    if item.artifact:
        kind = item.artifact.type.rpartition(".")[2]
        return f"{kind}, {size(item.artifact.bytes)}, {why}"
    if does := what_it_does(item.source):
        return f"no cell has it: {does}, {why}"
    if item.becomes == "parameter":
        return f"environment variable, {item.source.partition(', ')[2][:-1]} unless set, {why}"
    if item.becomes == "setup":
        brings = f", brings {', '.join(item.files)}" if item.files else ""
        return f"runs at start{brings}, {why}"
    if item.becomes == "setting":
        return f"runs at start{', and in each thread' if item.by_thread else ''}, {why}"
    return f"computed there, {why}" if item.computed and not loaded else why


def _modules(modules: Sequence[LocalModule]) -> list[dict[str, Any]]:
    """One entry for each top-level module: a package is one thing, whatever files it has."""
    tops: dict[str, list[LocalModule]] = {}
    for module in modules:
        tops.setdefault(module.name.partition(".")[0], []).append(module)
    found = []
    for top, parts in tops.items():
        users = [part.by for part in parts if part.by.partition(".")[0] != top]
        files = f"{len(parts)} files, " if len(parts) > 1 else ""
        why = f"{files}used by {users[0]}"
        found.append({"name": top, "becomes": "module", "cell": None, "why": why})
    return found


def size(count: int) -> str:
    """A number of bytes, for people."""
    for unit, of in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= of:
            return f"{count / of:.0f} {unit}" if count >= 100 * of else f"{count / of:.3g} {unit}"
    return f"{count} bytes"


def counted(proof: Mapping[str, Any], check: str) -> tuple[int, int]:
    """How often a check of a report was answered alike, and how often it asked."""
    found = proof["checks"].get(check, {"alike": 0, "asked": 0})
    return found["alike"], found["asked"]
