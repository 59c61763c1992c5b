"""Gather: the statements that give predict what it needs, without the training.

Each name that predict needs is followed through the cells: imports and definitions stay, so do
literals; a value that a statement saved to a file is loaded from there; one that a cheap statement
makes is made. What is left is an error that names them all.
"""

import ast
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nb2service.checking.calls import imported_names
from nb2service.checking.survey import is_literal
from nb2service.closure.modules import names as names_in_pickle
from nb2service.look import Look
from nb2service.notebook.dataflow.graph import graph
from nb2service.notebook.statements import BUILTINS, Statement
from nb2service.unrun.cheap import NotCheapError, files_loaded, refuse_dear
from nb2service.unrun.files import size_of
from nb2service.unrun.packed import unpacked
from nb2service.unrun.saves import Save, empty_model, is_lightgbm, saves


class UnavailableError(Exception):
    """A value that cannot be had without running the notebook.

    Args:
        name: the name; `""` if it is none.
        statement: what makes it.
        does: what that does which must not be done, as in `calls fit()`.
        why: the same as a sentence; None for one of `does`.
    """

    def __init__(self, name: str, statement: Statement, does: str, why: str | None = None) -> None:
        super().__init__(name)
        self.name, self.statement, self.does = name, statement, does
        self.why = why or f"the line {does}"


@dataclass
class Gathered:
    """What is to run.

    Attributes:
        kept: the places of the statements that run as they stand.
        loaded: the place of a statement -> what runs instead of it.
        files: the names of values that come from files -> the file, and what saved it, in words.
    """

    kept: set[int] = field(default_factory=set)
    loaded: dict[int, dict[str, str]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def add(self, other: "Gathered") -> None:
        """Add what another one holds."""
        self.kept |= other.kept
        for place, texts in other.loaded.items():
            self.loaded.setdefault(place, {}).update(texts)
        self.files |= other.files


class Gatherer:
    """Follows names through the statements of a notebook."""

    def __init__(self, looked: Look) -> None:
        self.looked = looked
        self.scope = looked.scope
        self.statements = looked.scope.statements
        self.imports: Mapping[str, str] = imported_names(self.statements)
        self.folder = looked.notebook.path.parent
        self.graph = graph(self.scope)
        self._binds: dict[str, list[int]] = {}
        for place, statement in enumerate(self.statements):
            for name in statement.binds:
                self._binds.setdefault(name, []).append(place)
        self._saves: dict[str, list[Save]] = {}
        for save in saves(self.scope, self.imports):
            self._saves.setdefault(save.name, []).append(save)
        self._known: dict[tuple[str, int], Gathered] = {}
        self._open: set[tuple[str, int]] = set()

    def place(self, statement: Statement) -> int:
        """The place of a statement among all."""
        return self.scope.index(statement)

    def needs(self, names: Iterable[str], use: int) -> Gathered:
        """What gives these names their values, as they are before the statement at the place `use`.

        Raises:
            UnavailableError: one of them cannot be had.
        """
        found = Gathered()
        for name in sorted(names):
            found.add(self.value(name, use))
        return found

    def value(self, name: str, use: int) -> Gathered:
        """What gives a name its value before the statement at the place `use`."""
        bindings = self._binds.get(name, [])
        before = bisect_left(bindings, use)
        if not before:
            return Gathered()  # a builtin, or what a star import brings: `look` has looked
        start = bindings[before - 1]
        changes = self.graph.touching(name, start, use)
        if self.statements[start].is_import:
            changes = []  # `xgb.train(…)` trains a model, and no module
        key = (name, changes[-1] if changes else start)
        if key in self._known or key in self._open:
            return self._known.get(key, Gathered())
        self._open.add(key)
        try:
            self._known[key] = self._made(name, start, changes, use)
        finally:
            self._open.discard(key)
        return self._known[key]

    def runs(self, place: int, use: int | None = None, *, loops: bool = False) -> Gathered:
        """What lets the statement at `place` run, with itself.

        Args:
            place: its place.
            use: where the functions that it defines are called; None for the place itself.
            loops: whether it may loop.

        Raises:
            UnavailableError: something that it needs cannot be had, or it must not run itself.
        """
        statement = self.statements[place]
        found = Gathered()
        if any(statement.cell is broken.cell for broken in self.scope.broken):
            raise UnavailableError(min(statement.binds, default=""), statement, "is not Python")
        if statement.within:
            return self._file_run(place)
        if not (statement.is_import or statement.is_definition or statement.cell.is_setup):
            try:
                refuse_dear(self.scope, statement, self.imports, loops=loops)
            except NotCheapError as why:
                name = min(statement.binds, default="")
                raise UnavailableError(name, statement, str(why)) from None
        found.kept.add(place)
        found.add(self.needs(statement.eager, place))
        found.add(self.needs(statement.lazy, place if use is None else use))
        found.add(self._if_there(statement.soft, place))
        for file in files_loaded(self.scope, statement, self.imports):
            found.add(self._classes_in(file, place))
        return found

    def _if_there(self, names: Iterable[str], use: int) -> Gathered:
        found = Gathered()
        for name in sorted(names):
            try:
                found.add(self.value(name, use))
            except UnavailableError:
                continue
        return found

    def _made(self, name: str, start: int, changes: list[int], use: int) -> Gathered:
        binding = self.statements[start]
        literal = binding.value is not None and is_literal(binding.value) and not changes
        if binding.is_definition and binding.node.name != name:  # type: ignore[attr-defined]
            raise UnavailableError(name, binding, "sets it when it is called")
        if binding.is_import or binding.is_definition or literal or binding.cell.is_setup:
            return self._whole(name, start, changes, use)
        save = self._saved(name, start, changes)
        if save is not None and size_of(self.folder, save.path) is not None:
            return self._loaded(save, start, changes)
        try:
            return self._whole(name, start, changes, use)
        except UnavailableError as error:
            if save is not None:
                number = save.statement.cell.number
                why = f"cell {number} saves it to {save.path}, which is not beside the notebook"
                raise UnavailableError(name, binding, error.does, why) from None
            if error.name == name:
                raise
            number = error.statement.cell.number
            needs = (
                f"it needs `{error.name}`, and cell {number} {error.does}" if error.name else None
            )
            raise UnavailableError(name, binding, error.does, needs) from None

    def _whole(self, name: str, start: int, changes: list[int], use: int) -> Gathered:
        """The statement that binds the name, and those that change it afterwards."""
        found = self.runs(start, use)
        if self.statements[start].cell.is_setup:
            found.add(self._setup(start))
        for change in changes:
            try:
                found.add(self.runs(change, use))
            except UnavailableError as error:
                raise UnavailableError(name, error.statement, error.does) from None
        return found

    def _setup(self, start: int) -> Gathered:
        """The whole setup cell: it runs when the service starts anyhow."""
        found = Gathered()
        for statement in self.scope.of_cell(self.statements[start].cell):
            place = self.place(statement)
            found.kept.add(place)
            inner = {n for n in statement.needs if n not in self._bound_in(statement)}
            found.add(self.needs(inner, place))
        return found

    def _bound_in(self, statement: Statement) -> frozenset[str]:
        return frozenset(n for s in self.scope.of_cell(statement.cell) for n in s.binds)

    def _saved(self, name: str, start: int, changes: list[int]) -> Save | None:
        """The last statement that saves the value, unless it changes after that."""
        following = [b for b in self._binds[name] if b > start]
        end = following[0] if following else len(self.statements)
        after = max([start, *changes])
        found = [
            s
            for s in self._saves.get(name, [])
            if after <= self.place(s.statement) < end or s.statement is self.statements[start]
        ]
        return found[-1] if found else None

    def _loaded(self, save: Save, start: int, changes: list[int]) -> Gathered:
        """Load the file in place of the statement that made the value."""
        found = Gathered()
        binding = self.statements[start]
        text = f"{save.name} = {save.load}"
        if save.form == "model" and is_lightgbm(binding, self.imports):
            text = f'{save.name} = __import__("lightgbm").Booster(model_file={save.load})'
        elif save.form != "whole":
            made, begun = self._empty(save, binding, start)
            found.add(made)
            loading = "load_model" if save.form == "model" else "load_state_dict"
            text = f"{save.name} = {begun}; {save.name}.{loading}({save.load})"
            if save.form == "weights" and any(
                f"{save.name}.eval()" in self.statements[c].source for c in changes
            ):
                text += f"; {save.name}.eval()"
        found.loaded[start] = {save.name: text}
        found.files[save.name] = f"from {save.path} (cell {save.statement.cell.number})"
        if (self.folder / save.path).is_file():
            found.add(self._classes_in(self.folder / save.path, start))
        return found

    def _empty(self, save: Save, binding: Statement, start: int) -> tuple[Gathered, str]:
        """An empty model: as the notebook makes it, or without arguments if these cannot be had."""
        made = empty_model(binding, self.imports)
        if made is None:
            why = f"cell {save.statement.cell.number} saves only a part of it to {save.path}"
            raise UnavailableError(save.name, binding, "trains", why)
        full, bare = made
        for expression in (full, bare):
            used = {n.id for n in ast.walk(expression) if isinstance(n, ast.Name)} - BUILTINS
            try:
                return self.needs(used, start), ast.unparse(expression)
            except UnavailableError as error:
                last = error
        raise last

    def _classes_in(self, file: Path | None, place: int) -> Gathered:
        """The functions and classes of the notebook that a pickle looks up when it is loaded.

        All of them, where only running the code tells which file that is.
        """
        data = unpacked(file) if file is not None else None
        found = Gathered()
        for name, bindings in self._binds.items():
            before = bisect_left(bindings, place)
            maker = self.statements[bindings[before - 1]] if before else None
            is_code = maker is not None and maker.is_definition
            if is_code and (data is None or names_in_pickle(data, name)):
                found.add(self._if_there([name], place))
        return found

    def _file_run(self, place: int) -> Gathered:
        """The `%run` whose file holds the statement, if nothing in there is dear."""
        inner = self.statements[place]
        family = [
            s
            for s in self.scope.of_cell(inner.cell)
            if s.within[:2] == inner.within[:2]
            or (s.node.lineno, s.node.col_offset) == inner.within[:2]
        ]
        found = Gathered()
        for statement in family:
            if statement.within and not (statement.is_import or statement.is_definition):
                try:
                    refuse_dear(self.scope, statement, self.imports)
                except NotCheapError as why:
                    name = min(inner.binds, default="")
                    raise UnavailableError(name, inner, str(why)) from None
            if not statement.within:
                found.kept.add(self.place(statement))
        return found
