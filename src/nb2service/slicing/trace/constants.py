"""Constants: what a path takes from the notebook instead of computing it on a request."""

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nb2service.slicing.trace.probes import place_of
from nb2service.slicing.trace.steps import Step
from nb2service.slicing.trace.trees import copied

_PLACEHOLDER = re.compile(r"__constant_(\d+)__")


@dataclass(frozen=True)
class Captured:
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


class ConstantPool:
    """The values that the statements of one path take so far, each behind a placeholder."""

    def __init__(self) -> None:
        self.values: list[Captured] = []

    def add(self, value: Captured) -> ast.Name:
        """The placeholder of a value; the same for the same value."""
        for number, known in enumerate(self.values):
            same = known.held == value.held and known.text == value.text
            listed = bool(known.items) and known.items == value.items
            if same and (known.step.event == value.step.event or listed):
                return ast.Name(f"__constant_{number}__", ast.Load())
        self.values.append(value)
        return ast.Name(f"__constant_{len(self.values) - 1}__", ast.Load())

    def keep_only(self, name: str, columns: tuple[str, ...]) -> None:
        """Of a value with one part for each column, only those of the columns."""
        number = self._number(name)
        if number is not None:
            self.values[number] = replace(self.values[number], only=columns)

    def of(self, name: str) -> Captured | None:
        """The value that a placeholder stands for; None if the name is none."""
        number = self._number(name)
        return None if number is None else self.values[number]

    @staticmethod
    def _number(name: str) -> int | None:
        found = _PLACEHOLDER.fullmatch(name)
        return int(found[1]) if found else None


def with_names(node: ast.AST, names: Sequence[str]) -> Any:
    """A copy of the tree with the names of the constants in place of their placeholders."""

    class Rename(ast.NodeTransformer):
        def visit_Name(self, name: ast.Name) -> ast.Name:
            found = _PLACEHOLDER.fullmatch(name.id)
            return ast.Name(names[int(found[1])], name.ctx) if found else name

    return Rename().visit(copied(node))


def key_of(node: ast.expr) -> str:
    """The place of a part of a step, as the tracker writes it."""
    return ",".join(map(str, place_of(node)))


def captured(step: Step, node: ast.expr) -> Sequence[Mapping[str, Any]]:
    """What the kernel has captured of a part of a step; empty if nothing."""
    return step.kept.get(key_of(node), ()) if hasattr(node, "lineno") else ()


def hint_for(node: ast.expr) -> str:
    """A name for what an expression gives: `df["Age"].mean()` is `age_mean`."""
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="np" | "numpy"), attr=way), args=[of, *_]
        ):
            return "_".join(filter(None, (hint_for(of), snake(way))))[:40]
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
    shown = [snake(w) for w in words if w not in ignored]
    if len(shown) == 1 and not isinstance(node, ast.Subscript):
        shown = [*(snake(n) for n in names[:1]), *shown]  # `X.min(axis=0)` is `x_min`
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


def snake(word: str) -> str:
    """The word as a part of a name."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", word)
    return re.sub(r"\W+|_+", "_", spaced).strip("_").lower()
