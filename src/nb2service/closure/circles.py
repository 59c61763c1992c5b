"""Circles: code that is made from a value which is itself made of that code."""

from collections.abc import Iterable, Mapping

from nb2service.closure.items import Item
from nb2service.errors import Nb2serviceError
from nb2service.notebook.read import Notebook


def refuse_circles(notebook: Notebook, items: Mapping[str, Item]) -> None:
    """Stop where neither of two items can stand first in the service.

    `A.k = made.k`, where `made` is an instance of A: the notebook had the class, then the instance,
    then the new attribute; the service has the class with its attribute, or nothing.

    Raises:
        Nb2serviceError: there is such a circle.
    """
    # The one that is completed is told of: it has more than one statement.
    for item in sorted(items.values(), key=lambda i: -len(i.statements)):
        if item.becomes != "code":
            continue
        for name in sorted(_needed(item.needs, items)):
            other = items[name]
            made = other.artifact or (other.becomes == "code" and other.source != item.source)
            if made and item.name in _needed(other.needs, items):
                raise Nb2serviceError(
                    notebook.place(item.cell),
                    f"`{item.name}` is completed with what `{name}` holds, and `{name}` is made of "
                    f"`{item.name}`, so neither can come first",
                    f"Put what `{item.name}` takes from `{name}` into a name of its own: "
                    f"value = …, then {item.name}.… = value.",
                )


def _needed(names: Iterable[str], items: Mapping[str, Item]) -> set[str]:
    """The items that must be there before these names can be used."""
    found: set[str] = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        if name in items and name not in found:
            found.add(name)
            pending.extend(items[name].needs)
    return found
