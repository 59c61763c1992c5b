"""Origin: what the README of a service says of its notebook, the command, and the features."""

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from nb2service.comparing.words import in_words, listed

# Of more features the README shows the first; the contract has them all.
_MOST = 40


def origin(contract: Mapping[str, Any]) -> str:
    """Return what the README says of where the service comes from, as Markdown.

    It depends on the contract alone, so a service that did not change keeps it.
    """
    made, record = contract["provenance"], contract["$defs"]["record"]
    asked = "" if made.get("notebook_run", True) else " run_notebook=no"
    command = f"nb2service new {shlex.quote(made['notebook'])}{asked}"
    packages = [f"{name} {version}" for name, version in made["packages"].items()]
    ran = ", ".join([f"Python {made['python']}", *packages])
    lines = [
        f"Made from cell {made['cell']} of {_code(made['notebook'])} by "
        f"{_code(command)}, with {ran}. Where the notebook lies, and all other answers, stand in "
        "`.nb2service.json`; `nb2service sync` takes them again.",
        "",
        "| Feature | A client sends | Seen in the notebook |",
        "|---|---|---|",
        *_rows(record),
    ]
    return "\n".join(lines)


def _rows(record: Mapping[str, Any]) -> Iterator[str]:
    features = list(record.get("properties", {}).items())
    required = record.get("required", ())
    for name, schema in features[:_MOST]:
        plain = {key: value for key, value in schema.items() if not key.startswith("x-")}
        optional = "" if name in required else ", or leaves it out"
        yield f"| {_code(name)} | {_cell(in_words(plain))}{optional} | {_cell(_seen(schema))} |"
    if len(features) > _MOST:
        yield f"| and {len(features) - _MOST} more | in `model/contract.json` | |"


def _seen(schema: Mapping[str, Any]) -> str:
    if known := schema.get("x-known"):
        return listed(known)
    seen = schema.get("x-seen", {})
    ends = [one for one in (seen.get("min"), seen.get("max")) if one is not None]
    if not ends or isinstance(ends[0], list):
        return ""
    return " to ".join(dict.fromkeys(map(str, ends)))


def _code(text: str) -> str:
    """A name, as code in a cell of a table; it may hold anything but stays one line."""
    plain = _cell(text)
    return f"`` {plain} ``" if "`" in plain else f"`{plain}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
