"""Gather: the statements that give predict what it needs, without the training.

Each name that predict needs is followed through the cells: imports and definitions stay, so do
literals; a value that a statement saved to a file is loaded from there; one that a cheap statement
makes is made. What is left is an error that names them all.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from pathlib import Path

from nb2service.checking.calls import imported_names
from nb2service.checking.survey import is_literal
from nb2service.closure.modules import names as names_in_pickle
from nb2service.look import Look
from nb2service.notebook.dataflow.graph import graph
from nb2service.notebook.statements import Statement
from nb2service.unrun.cheap import NotCheapError, files_loaded, refuse_dear
from nb2service.unrun.file_runs import file_run
from nb2service.unrun.files import size_of
from nb2service.unrun.gathered import Gathered, UnavailableError
from nb2service.unrun.loading import Loading
from nb2service.unrun.packed import unpacked
from nb2service.unrun.saves import Save


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
        self._loading = Loading(self.scope, self.imports, self._binds, self.needs)
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
            return file_run(self.scope, self.imports, place)
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
        save = self._loading.saved(name, start, changes)
        if save is not None and size_of(self.folder, save.path) is not None:
            found = self._loading.loaded(save, start, changes)
            if (self.folder / save.path).is_file():
                found.add(self._classes_in(self.folder / save.path, start))
            return found
        try:
            return self._whole(name, start, changes, use)
        except UnavailableError as error:
            raise _of_name(error, name, binding, save) from None

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


def _of_name(
    error: UnavailableError, name: str, binding: Statement, save: Save | None
) -> UnavailableError:
    """The error of a name, for what keeps the statement that makes it from running."""
    if save is not None:
        number = save.statement.cell.number
        why = f"cell {number} saves it to {save.path}, which is not beside the notebook"
        return UnavailableError(name, binding, error.does, why)
    if error.name == name:
        return error
    number = error.statement.cell.number
    needs = f"it needs `{error.name}`, and cell {number} {error.does}" if error.name else None
    return UnavailableError(name, binding, error.does, needs)
