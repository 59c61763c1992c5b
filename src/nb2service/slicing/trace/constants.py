"""Frozen values: what a path takes from the notebook instead of computing it on a request."""

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nb2service.slicing.plan import place_of
from nb2service.slicing.trace.steps import Step

_PLACEHOLDER = re.compile(r"__frozen_(\d+)__")


@dataclass(frozen=True)
class Frozen:
    """A value as it was at one moment of the run.

    Attributes:
        step: the step that computed it, or used it.
        text: how the notebook computed it, or its name.
        held: the name that held it, where it is what a name stood for before the step.
        place: the place in the step that gave it, where it is a part of one.
        hint: a name that it may have.
        only: of a dict of columns, those that are needed; None for the whole value.
        categories: whether it is the categories of a column, or of each column of a table.
    """

    step: Step
    text: str
    held: str | None
    place: str | None
    hint: str
    only: tuple[str, ...] | None = None
    categories: bool = False

    @property
    def items(self) -> Sequence[object]:
        """What it lists, as far as the kernel tells: the columns of a table."""
        return self.seen[-1].get("items") or () if self.seen else ()

    @property
    def seen(self) -> Sequence[Mapping[str, Any]]:
        """What the kernel tells of it; see `kernel/tracking/snapshot_info.info`."""
        return self.step.kept.get(self.place or "", ())


class Freezer:
    """The values that the statements of one path have frozen so far, each behind a placeholder."""

    def __init__(self) -> None:
        self.values: list[Frozen] = []

    def freeze(self, value: Frozen) -> ast.Name:
        """The placeholder of a value; the same for the same value."""
        for number, known in enumerate(self.values):
            same = known.held == value.held and known.text == value.text
            listed = bool(known.items) and known.items == value.items
            if same and (known.step.event == value.step.event or listed):
                return ast.Name(f"__frozen_{number}__", ast.Load())
        self.values.append(value)
        return ast.Name(f"__frozen_{len(self.values) - 1}__", ast.Load())

    def of(self, name: str) -> Frozen | None:
        """The value that a placeholder stands for; None if the name is none."""
        found = _PLACEHOLDER.fullmatch(name)
        return self.values[int(found[1])] if found else None


def key_of(node: ast.expr) -> str:
    """The place of a part of a step, as the tracker writes it."""
    return ",".join(map(str, place_of(node)))


def kept(step: Step, node: ast.expr) -> Sequence[Mapping[str, Any]]:
    """What the kernel has kept of a part of a step; empty if nothing."""
    return step.kept.get(key_of(node), ()) if hasattr(node, "lineno") else ()


def hint_for(node: ast.expr) -> str:
    """A name for what an expression gives: `df["Age"].mean()` is `age_mean`."""
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="np" | "numpy"), attr=way), args=[of, *_]
        ):
            return "_".join(filter(None, (hint_for(of), _snake(way))))[:40]
    words: list[str] = []
    names: list[str] = []
    for part in _spine(node):
        match part:
            case ast.Subscript(slice=ast.Constant(value=str(word))):
                words.append(word)
            case ast.Call(func=ast.Name(id=word)) | ast.Attribute(attr=word):
                words.append(word)
            case ast.Name(id=word):
                names.append(word)
    ignored = {"loc", "iloc", "values", "str", "dt", "index", "transform", "fit_transform", "fit"}
    ignored |= {"astype", "copy", "to_numpy", "reshape", "ravel"}
    shown = [_snake(w) for w in words if w not in ignored]
    if len(shown) == 1 and not isinstance(node, ast.Subscript):
        shown = [*(_snake(n) for n in names[:1]), *shown]  # `X.min(axis=0)` is `x_min`
    return "_".join(w for w in shown if w)[:40].strip("_")


def _spine(node: ast.expr) -> list[ast.expr]:
    """The parts of a chain `a["b"].c()`, first to last."""
    found: list[ast.expr] = []
    current: ast.expr | None = node
    while current is not None:
        found.append(current)
        match current:
            case ast.Call(func=ast.Attribute() as function):
                current = function
            case ast.Call(args=[first, *_]):
                current = first
            case ast.Attribute(value=value) | ast.Subscript(value=value):
                current = value
            case _:
                current = None
    return found[::-1]


def _snake(word: str) -> str:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", word)
    return re.sub(r"\W+|_+", "_", spaced).strip("_").lower()


def slug(text: str) -> str:
    """The text as a part of a name."""
    return _snake(text)
