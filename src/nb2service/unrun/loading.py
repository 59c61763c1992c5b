"""Loading: a value that the notebook saved to a file comes from there."""

import ast
from collections.abc import Callable, Iterable, Mapping

from nb2service.notebook.statements import BUILTINS, Scope, Statement
from nb2service.unrun.gathered import Gathered, UnavailableError
from nb2service.unrun.saves import Save, empty_model, is_lightgbm, saves

Needs = Callable[[Iterable[str], int], Gathered]


class Loading:
    """Loads values from the files that statements of the notebook saved them to."""

    def __init__(
        self, scope: Scope, imports: Mapping[str, str], binds: Mapping[str, list[int]], needs: Needs
    ) -> None:
        """Find the statements that save; `needs` says what gives names their values at a place."""
        self.scope, self.statements, self.imports = scope, scope.statements, imports
        self._binds, self._needs = binds, needs
        self._saves: dict[str, list[Save]] = {}
        for save in saves(scope, imports):
            self._saves.setdefault(save.name, []).append(save)

    def saved(self, name: str, start: int, changes: list[int]) -> Save | None:
        """The last statement that saves the value, unless it changes after that."""
        following = [b for b in self._binds[name] if b > start]
        end = following[0] if following else len(self.statements)
        after = max([start, *changes])
        found = [
            s
            for s in self._saves.get(name, [])
            if after <= self.scope.index(s.statement) < end or s.statement is self.statements[start]
        ]
        return found[-1] if found else None

    def loaded(self, save: Save, start: int, changes: list[int]) -> Gathered:
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
                return self._needs(used, start), ast.unparse(expression)
            except UnavailableError as error:
                last = error
        raise last
