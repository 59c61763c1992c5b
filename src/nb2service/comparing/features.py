"""Compare the features of two contracts: added, removed, retyped, reordered, with other values."""

from collections.abc import Iterator

from nb2service.comparing.read import Contract
from nb2service.comparing.words import in_words, listed, short
from nb2service.contract.schemas import Schema, types_of

# Name, text, and whether it breaks what clients do.
Part = tuple[str, str, bool]
_NOT_IN_WORDS = ("x-seen", "x-known", "x-unknown", "x-categories")


def compare_features(old: Contract, new: Contract) -> Iterator[Part]:
    """The differences between the features of two contracts."""
    before, now = (side["$defs"]["record"] for side in (old, new))
    olds, news = before["properties"], now["properties"]
    needed, need = set(before.get("required", ())), set(now.get("required", ()))
    for name in (name for name in olds if name not in news):
        yield name, f"feature {name} is gone; it was {in_words(olds[name])}", False
    for name, schema in news.items():
        if name not in olds:
            how = "required" if name in need else "optional"
            yield name, f"feature {name} is new, {how}: {in_words(schema)}", name in need
            continue
        yield from _feature(name, olds[name], schema)
        if (name in needed) != (name in need):
            how = "required" if name in need else "optional"
            yield name, f"feature {name} is {how} now", name in need
    both = [name for name in olds if name in news]
    if both != [name for name in news if name in olds]:
        yield "", f"the features are in another order: {', '.join(news)}", False


def _feature(name: str, old: Schema, new: Schema) -> Iterator[Part]:
    words = [in_words(side) for side in (new, old)]
    if _typed(old) != _typed(new):
        told = words if words[0] != words[1] else [short(_typed(new)), short(_typed(old))]
        yield name, f"feature {name} is {told[0]}; it was {told[1]}", _narrower(old, new)
    yield from _values(name, old, new)
    if old.get("x-unknown") != new.get("x-unknown"):
        refused = new.get("x-unknown") == "refused"
        what = "refused" if refused else "answered"
        yield name, f"feature {name}: a value that is not known is {what} now", refused
    seen = [side.get("x-seen") for side in (new, old)]
    if seen[0] != seen[1]:
        ranges = [_range(one) for one in seen]
        yield name, f"feature {name} was seen {ranges[0]}; it was {ranges[1]}", False


def _typed(schema: Schema) -> Schema:
    """What of a schema says the type of a value; its words do, but for details."""
    return {word: value for word, value in schema.items() if word not in _NOT_IN_WORDS}


def _narrower(old: Schema, new: Schema) -> bool:
    """Whether what fitted the old schema may not fit the new one."""
    takes = {*types_of(new), *(("integer",) if "number" in types_of(new) else ())}
    if takes and not set(types_of(old)) <= takes:
        return True
    if takes and not types_of(old):
        return True
    if any(old.get(word) != new.get(word) for word in ("format", "minItems", "maxItems")):
        return True
    if "enum" in new:
        return "enum" not in old or any(value not in new["enum"] for value in old["enum"])
    if "items" in new and _narrower(old.get("items", {}), new["items"]):
        return True
    return any(
        name in new.get("properties", {}) and _narrower(part, new["properties"][name])
        for name, part in old.get("properties", {}).items()
    )


def _values(name: str, old: Schema, new: Schema) -> Iterator[Part]:
    before, now = old.get("x-known") or [], new.get("x-known") or []
    more = [value for value in now if value not in before]
    less = [value for value in before if value not in now]
    if more:
        yield name, f"feature {name}: {listed(more)} is known now", False
    if less:
        yield name, f"feature {name}: {listed(less)} is known no longer", False


def _range(seen: Schema | None) -> str:
    return (
        "without a range" if seen is None else f"from {short(seen['min'])} to {short(seen['max'])}"
    )
