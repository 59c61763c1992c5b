"""Compare: what changed between two contracts, in words."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from nb2service.comparing.features import compare_features
from nb2service.comparing.read import Contract
from nb2service.comparing.words import in_words, short

_PREDICT = {
    "input": "predict takes",
    "container": "predict wants around its input",
    "dtype": "the dtype of its input is",
    "row": "a row is",
    "parameter": "the input goes to the parameter",
    "answer": "answers are",
    "classes": "the classes of an answer are",
    "whole": "one answer for a whole table is",
    "rowwise": "answering each row by itself is",
    "function": "the function is",
}
# Of those, what a client sees.
_SEEN_BY_CLIENTS = {"answer", "classes", "row"}


@dataclass(frozen=True)
class Change:
    """One difference.

    Attributes:
        about: `feature`, `answer`, `predict`, `example`, `artifact`, `parameter` or `version`.
        name: of what.
        text: the difference in words.
        breaks: whether a request that was answered may be refused now, or answered in another form.
    """

    about: str
    name: str
    text: str
    breaks: bool = False


def compare(old: Contract, new: Contract) -> list[Change]:
    """The differences between two contracts, those first that clients notice."""
    found = [
        *(Change("feature", *part) for part in compare_features(old, new)),
        *_answer(old, new),
        *_predict(old["predict"], new["predict"]),
        *_guards(old["predict"], new["predict"]),
        *_examples(old, new),
        *_parameters(old, new),
        *_artifacts(old, new),
        *_versions(old, new),
    ]
    return sorted(found, key=lambda change: not change.breaks)


def shown(changes: Sequence[Change], as_json: bool) -> str:
    """The differences as text for people, or as JSON for machines."""
    if as_json:
        document = {"alike": not changes, "changes": [asdict(change) for change in changes]}
        return json.dumps(document, indent=2, ensure_ascii=False)
    if not changes:
        return "The contracts are alike."
    breaking = [f"  {change.text}" for change in changes if change.breaks]
    others = [f"  {change.text}" for change in changes if not change.breaks]
    heads = ["Clients notice:", *breaking] if breaking else []
    return "\n".join([*heads, *(["Besides:", *others] if others else [])])


def _answer(old: Contract, new: Contract) -> Iterator[Change]:
    before, now = old["$defs"].get("answer", {}), new["$defs"].get("answer", {})
    if before != now:
        told = [in_words(side) for side in (now, before)]
        told = told if told[0] != told[1] else [short(now), short(before)]
        text = f"an answer is {told[0]}; it was {told[1]}"
        yield Change("answer", "answer", text, breaks=True)
    names = [contract["predict"].get("answer_name") for contract in (old, new)]
    if names[0] != names[1]:
        text = f"an answer stands under {names[1]!r}; it stood under {names[0]!r}"
        yield Change("answer", "answer_name", text, breaks=new["predict"]["answer"] == "value")


def _predict(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for word, words in _PREDICT.items():
        if old.get(word) != new.get(word):
            text = f"{words} {short(new.get(word))}; it was {short(old.get(word))}"
            yield Change("predict", word, text, breaks=word in _SEEN_BY_CLIENTS)


def _guards(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """Statements of the notebook that leave rows out, without the numbers of their cells."""
    before, now = (
        {str(why).rpartition(" (cell ")[0]: why for why in side.get("guards", ())}
        for side in (old, new)
    )
    for words in sorted({*before, *now}):
        if (words in before) != (words in now):
            new_one = words in now
            told = "are refused now" if new_one else "are refused no longer"
            text = (
                f"rows that the notebook leaves out {told}: {(now if new_one else before)[words]}"
            )
            yield Change("predict", "guards", text, breaks=new_one)


def _examples(old: Contract, new: Contract) -> Iterator[Change]:
    """Records that both have as examples, and that are answered otherwise."""
    before = {short_key(e["record"]): e["answer"] for e in old.get("examples", ())}
    for number, example in enumerate(new.get("examples", ()), 1):
        key = short_key(example["record"])
        if key in before and before[key] != example["answer"]:
            text = f"is answered {short(example['answer'])}; it was {short(before[key])}"
            yield Change("example", str(number), f"example {number} {text}")


def short_key(record: Mapping[str, Any]) -> str:
    """A record as text, whatever the order of its fields."""
    return repr(sorted(record.items()))


def _parameters(old: Contract, new: Contract) -> Iterator[Change]:
    before, now = old.get("parameters", {}), new.get("parameters", {})
    for name in sorted({*before, *now}):
        if before.get(name) != now.get(name):
            values = [
                short(side[name]["default"]) if name in side else "" for side in (now, before)
            ]
            yield Change("parameter", name, _came_or_went(f"parameter {name}", *values))


def _artifacts(old: Contract, new: Contract) -> Iterator[Change]:
    before, now = old.get("artifacts", {}), new.get("artifacts", {})
    for name in sorted({*before, *now}):
        if before.get(name) == now.get(name):
            continue
        sides = [_artifact(side[name]) if name in side else "" for side in (now, before)]
        yield Change("artifact", name, _came_or_went(f"artifact {name}", *sides))


def _artifact(artifact: Mapping[str, Any]) -> str:
    kind = str(artifact["type"]).rpartition(".")[2]
    return f"{kind}, {artifact['bytes']} bytes, sha256 {artifact['sha256'][:12]}"


def _versions(old: Contract, new: Contract) -> Iterator[Change]:
    version = new.get("model_version")
    if version == old.get("model_version") and old.get("artifacts") != new.get("artifacts"):
        text = f"the model is another one, and model_version is still {short(version)}"
        yield Change("version", "model_version", text)
    before, now = _versions_of(old), _versions_of(new)
    for name in sorted({*before, *now}):
        if before.get(name) != now.get(name):
            text = _came_or_went(name, now.get(name, ""), before.get(name, ""))
            yield Change("version", name, text)


def _versions_of(contract: Contract) -> dict[str, str]:
    provenance = contract.get("provenance", {})
    found = {"model_version": str(contract.get("model_version", ""))}
    found |= {n: str(provenance[n]) for n in ("notebook", "generator", "python") if n in provenance}
    if "notebook_sha256" in provenance:
        found["the notebook's code"] = f"sha256 {provenance['notebook_sha256'][:12]}"
    if "cell" in provenance:
        found["the marked cell"] = str(provenance["cell"])
    packages = provenance.get("packages", {})
    return found | {f"package {name}": str(version) for name, version in packages.items()}


def _came_or_went(name: str, now: str, before: str) -> str:
    if not before:
        return f"{name} is new: {now}"
    return f"{name} is gone; it was {before}" if not now else f"{name} is {now}; it was {before}"
