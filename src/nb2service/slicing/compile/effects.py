"""The acts of a path: what each step does to the rows of a request."""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from nb2service.marking.answers import as_text, is_predict_call, is_print
from nb2service.notebook.changes import root_name
from nb2service.slicing.compile.expressions import Reader
from nb2service.slicing.operations.names import FITS, SPLITS
from nb2service.slicing.operations.predicates import drops_columns, holds_rows, is_boolean
from nb2service.slicing.operations.values import Obstacle, Part, Picks
from nb2service.slicing.trace.labels import (
    Label,
    columns_set,
    constants,
    dropped,
    of_all_rows,
    one_from_another,
)
from nb2service.slicing.trace.steps import Step

Form = Literal["bind", "column", "drop", "change"]


@dataclass(frozen=True)
class Act:
    """What a step does to one name that holds rows.

    Attributes:
        step: the step.
        name: the name.
        form: `bind` gives it a new value; `column` sets columns of its table; `drop` takes columns away;
            `change` changes it in some other way.
        node: the statement as it reads on the path; None where there is nothing to do for one row.
        columns: the columns that are set or dropped; None if unknown.
        why: why it cannot be served, `""` if it can.
        picks: whether the notebook only picked rows.
        narrowed: whether it makes fewer columns than the notebook did, so that nothing can be compared.
        stuck: the step before it that is in the way, if it cannot be served because of another one.
        verbatim: whether it is a loop or a branch that is kept as it is; see `verbatim.py`.
    """

    step: Step
    name: str
    form: Form
    node: ast.stmt | None
    columns: tuple[Label, ...] | None = None
    why: str = ""
    picks: Picks = ""
    narrowed: bool = False
    stuck: Step | None = None
    verbatim: bool = False


class Actor:
    """Follows the rows of a request from step to step.

    Attributes:
        rows: the names that hold rows.
        blocked: the names that hold what cannot be served, with the reason.
        answered: the names that hold what a model predicted for the rows.
        single: whether the input is one record, so that values of it are no table either.
    """

    def __init__(
        self, start: Iterable[str], copies_on_write: bool, *, single: bool = False
    ) -> None:
        self.rows, self.single = set(start), single
        self.blocked: dict[str, Obstacle] = {}
        self.answered: set[str] = set()
        self.copies_on_write = copies_on_write

    def acts(self, step: Step, reader: Reader) -> list[Act]:
        """What the step does; updates what the names hold."""
        if step.opaque or isinstance(step.node, ast.While | ast.AsyncFor | ast.Match):
            return self._opaque(step)
        match step.node:
            case ast.Assign(targets=targets, value=value):
                found = [a for t in targets for a in self._assigned(step, reader, t, value)]
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                found = self._assigned(step, reader, target, value)
            case ast.AugAssign(target=target, op=operator, value=value):
                found = self._augmented(step, reader, target, operator, value)
            case ast.Expr(value=ast.Call(func=ast.Attribute()) as call):
                found = self._called(step, reader, call)
            case ast.Delete(targets=targets):
                found = self._deleted(step, targets)
            case _:
                found = []
        found = [self.traced(act) for act in found if not self._is_trained(act)]
        for act in found:
            self._note(act)
        return found

    def _is_trained(self, act: Act) -> bool:
        """Whether it makes a model of the rows, which is a value whoever trained it."""
        version = act.step.versions.get(act.name, {})
        if act.form != "bind" or version.get("kind") != "other" or not version.get("trained"):
            return False
        self._forget(act.name)
        return True

    def traced(self, act: Act) -> Act:
        """The act with the step that is really in the way, where it fails for what a name holds."""
        for name in act.step.uses | act.step.binds if act.why else ():
            known = self.blocked.get(name)
            if known is not None and known.why == act.why:
                return replace(act, stuck=known.step)
        return act

    def _note(self, act: Act) -> None:
        if act.form != "bind":
            return
        self.rows.discard(act.name)
        self.blocked.pop(act.name, None)
        if act.why:
            self.blocked[act.name] = Obstacle(act.why, act.stuck or act.step)
            return
        answers = act.node is not None and any(
            is_predict_call(n) or (isinstance(n, ast.Name) and n.id in self.answered)
            for n in ast.walk(act.node)
        )
        kind = act.step.versions.get(act.name, {}).get("kind", "frame")
        held = act.node is not None and any(map(holds_rows, ast.walk(act.node)))
        if answers:
            self.answered.add(act.name)
        if kind != "other" or answers or held or self.single:
            self.rows.add(act.name)

    def _forget(self, name: str) -> None:
        """The name holds a value now that does not depend on the request."""
        self.rows.discard(name)
        self.blocked.pop(name, None)
        self.answered.discard(name)

    def _opaque(self, step: Step) -> list[Act]:
        touched = (step.binds | step.changes) & (self.rows | self.blocked.keys())
        if step.uses & (self.rows | self.blocked.keys()):
            touched |= step.binds
        why = "a loop makes it that cannot be written down"
        found = [Act(step, name, "bind", None, None, why) for name in sorted(touched)]
        for act in found:
            self._note(act)
        return found

    def verbatim(self, step: Step) -> list[Act]:
        """A loop or a branch that is kept as it is: it may change one name that holds the record."""
        held = self.rows | self.blocked.keys()
        loops = [n for n in ast.walk(step.node) if isinstance(n, ast.For)]
        variables = {n.id for one in loops for n in ast.walk(one.target) if isinstance(n, ast.Name)}
        touched = sorted((step.binds | step.changes) - variables)
        used = [self.blocked[name].why for name in sorted(step.uses & self.blocked.keys())]
        why = used[0] if used else ""
        if len(touched) > 1:
            why = why or "which of its statements run depends on this one record"
        if any(isinstance(n, ast.Attribute) and n.attr in FITS for n in ast.walk(step.node)):
            why = why or "it fits anew to this one record"
        found = [
            Act(
                step,
                name,
                "change" if name in held else "bind",
                None if why else step.node,
                None,
                why,
                verbatim=True,
            )
            for name in touched
        ]
        found = [self.traced(act) for act in found]
        for act in found:
            self._note(replace(act, form="bind"))
        return found

    def _assigned(self, step: Step, reader: Reader, target: ast.expr, value: ast.expr) -> list[Act]:
        if isinstance(target, ast.Tuple | ast.List):
            return self._unpacked(step, reader, target.elts, value)
        whole = reader.value_of_all(value) if isinstance(target, ast.Name) else None
        if whole is not None and isinstance(target, ast.Name):
            self._forget(target.id)
            if whole.why:
                self.blocked[target.id] = Obstacle(whole.why, step)
            return []
        part = reader.read(value)
        match target:
            case ast.Name(id=name):
                popped = self._popped(step, reader, value)
                if not part.rows:
                    self._forget(name)
                    return popped
                node = ast.Assign([ast.Name(name, ast.Store())], part.node)
                return [*popped, Act(step, name, "bind", node, None, part.why, part.picks)]
            case ast.Attribute(value=ast.Name(id=name), attr="columns") if name in self.rows:
                return [self._renamed(step, name)]
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in self.rows:
                target = ast.Subscript(
                    ast.Name(name, ast.Load()), ast.Constant(attribute), ast.Store()
                )
                node = ast.Assign([target], part.node)
                return [Act(step, name, "column", node, (attribute,), part.why)]
            case ast.Subscript() if (name := root_name(target)) in self.rows:
                return [self._set(step, reader, name, target, part)]
        return []

    def _set(self, step: Step, reader: Reader, name: str, target: ast.Subscript, part: Part) -> Act:
        """`df["a"] = …`, `df.loc[which, "a"] = …`, `df["a"][which] = …`."""
        columns = columns_set(reader.resolved(target))
        index = reader.read(target.slice)
        why = part.why or index.why
        if self.single and not (part.rows or index.rows):
            why = why or "it gives this one record a value that is written there"
        node = ast.Assign([ast.Subscript(target.value, index.node, ast.Store())], part.node)
        by_content = isinstance(target.value, ast.Name) and index.rows and is_boolean(target.slice)
        if columns is None and (of_all_rows(target) or by_content):
            return Act(step, name, "change", node, None, why)
        if columns is None:
            why = why or "it sets what no name of a column tells"
        elif not isinstance(target.value, ast.Name) and not _by_condition(target.slice, reader):
            why = why or "it sets single rows by their place"
        return Act(step, name, "column", node, columns, why)

    def _renamed(self, step: Step, name: str) -> Act:
        after = step.versions.get(name, {}).get("columns")
        node = ast.Assign([ast.Name(name, ast.Store())], ast.Name(name, ast.Load()))
        if after is None:
            return Act(step, name, "bind", node, None, "its new columns were not seen")
        return Act(step, name, "change", node, tuple(after))

    def _unpacked(
        self, step: Step, reader: Reader, targets: Sequence[ast.expr], value: ast.expr
    ) -> list[Act]:
        """`a, b = x, y` and `X_train, X_test, … = train_test_split(X, …)`."""
        if isinstance(value, ast.Tuple) and len(value.elts) == len(targets):
            if one_from_another(targets, value.elts):
                return self._together(step, reader, targets, value)
            pairs = zip(targets, value.elts, strict=True)
            return [act for t, v in pairs for act in self._assigned(step, reader, t, v)]
        if isinstance(value, ast.Call) and _name(value) in SPLITS | {"shuffle"}:
            count = 2 if _name(value) in SPLITS else 1
            if len(targets) == count * len(value.args):
                parts = [reader.read(value.args[i // count]) for i in range(len(targets))]
                return self._picked(step, targets, parts)
        return self._together(step, reader, targets, value)

    def _picked(self, step: Step, targets: Sequence[ast.expr], parts: Sequence[Part]) -> list[Act]:
        """`X_train, X_test, … = train_test_split(X, …)`."""
        found = []
        for target, part in zip(targets, parts, strict=True):
            if not isinstance(target, ast.Name):
                continue
            if not part.rows:
                self._forget(target.id)
                continue
            node = ast.Assign([ast.Name(target.id, ast.Store())], part.node)
            found.append(Act(step, target.id, "bind", node, None, part.why, "any"))
        return found

    def _together(
        self, step: Step, reader: Reader, targets: Sequence[ast.expr], value: ast.expr
    ) -> list[Act]:
        """What is set by one expression that cannot be taken apart."""
        if isinstance(value, ast.Call) and _name(value) in ("cut", "qcut") and len(targets) == 2:
            self._forget(root_name(targets[1]))  # the bins, which are the same for all rows
            return self._assigned(step, reader, targets[0], value)
        from_rows = reader.read(value).rows
        why = f"`{step.text}` gives several names at once"
        found = []
        for target in targets:
            name = root_name(target)
            if isinstance(target, ast.Subscript | ast.Attribute) and name in self.rows:
                columns = columns_set(target) if isinstance(target, ast.Subscript) else None
                found.append(Act(step, name, "column", None, columns, why))
            elif isinstance(target, ast.Name) and from_rows:
                found.append(Act(step, name, "bind", None, None, why))
            elif isinstance(target, ast.Name):
                self._forget(name)
        return found

    def _augmented(
        self,
        step: Step,
        reader: Reader,
        target: ast.expr,
        operator: ast.operator,
        value: ast.expr,
    ) -> list[Act]:
        name = root_name(target)
        if name not in self.rows:
            return []
        part = reader.read(value)
        node = ast.AugAssign(target, operator, part.node)  # type: ignore[arg-type]
        if isinstance(target, ast.Name):
            return [Act(step, name, "change", node, None, part.why)]
        columns = None
        if isinstance(target, ast.Subscript):
            columns = columns_set(reader.resolved(target))
        why = part.why or ("" if columns else "it changes what no name of a column tells")
        return [Act(step, name, "column", node, columns, why)]

    def _called(self, step: Step, reader: Reader, call: ast.Call) -> list[Act]:
        """A method called for what it changes: `df.drop("a", axis=1, inplace=True)`."""
        assert isinstance(call.func, ast.Attribute)
        name, method = root_name(call.func), call.func.attr
        if name not in self.rows or name not in step.changes:
            return []
        keywords = [k for k in call.keywords if k.arg != "inplace"]
        plain = ast.copy_location(ast.Call(call.func, call.args, keywords), call)
        if method in ("drop", "pop") and (method == "pop" or drops_columns(call)):
            return [Act(step, name, "drop", ast.Expr(plain), _labels_dropped(call, reader))]
        if isinstance(call.func.value, ast.Name):
            if method == "insert" and len(call.args) == 3:  # `df.insert(0, "a", …)`
                part = reader.read(call.args[2])
                insert = ast.Expr(ast.Call(call.func, [*call.args[:2], part.node], keywords))
                return [Act(step, name, "column", insert, constants(call.args[1]), part.why)]
            if method in ("append", "extend", "insert", "update", "sort"):
                why = f"`{step.text}` builds it up row by row"
                return [Act(step, name, "bind", None, None, why)]
            part = reader.read(plain)
            node = ast.Assign([ast.Name(name, ast.Store())], part.node)
            return [Act(step, name, "bind", node, None, part.why, part.picks)]
        columns = (
            columns_set(call.func.value) if isinstance(call.func.value, ast.Subscript) else None
        )
        if isinstance(call.func.value, ast.Attribute):
            columns = (call.func.value.attr,)
        if self.copies_on_write:
            return []  # pandas 3: it changes a copy, not the table
        part = reader.read(plain)
        why = part.why or ("" if columns else "it changes what no name of a column tells")
        column = ast.Constant(columns[0]) if columns else ast.Constant("")
        target = ast.Subscript(ast.Name(name, ast.Load()), column, ast.Store())
        return [Act(step, name, "column", ast.Assign([target], part.node), columns, why)]

    def _popped(self, step: Step, reader: Reader, value: ast.expr) -> list[Act]:
        """`y = df.pop("a")` also takes a column away."""
        match value:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="pop"), args=[column]):
                if name in self.rows:
                    call = ast.Expr(ast.Call(ast.Attribute(ast.Name(name), "pop"), [column], []))
                    return [Act(step, name, "drop", call, constants(column))]
        return []

    def _deleted(self, step: Step, targets: Sequence[ast.expr]) -> list[Act]:
        found = []
        for target in targets:
            name = root_name(target)
            if isinstance(target, ast.Subscript) and name in self.rows:
                call = ast.Expr(ast.Call(ast.Attribute(ast.Name(name), "pop"), [target.slice], []))
                found.append(Act(step, name, "drop", call, constants(target.slice)))
        return found


def answer_act(step: Step, reader: Reader, node: ast.expr, result: str) -> Act:
    """The act that gives the answer where it is an expression and no name."""
    part = reader.read(as_text(node) if is_print(node) else node)
    assign = ast.Assign([ast.Name(result, ast.Store())], part.node)
    why = part.why or ("" if part.rows else "it does not depend on the input")
    return Act(step, result, "bind", assign, None, why, part.picks)


def _labels_dropped(call: ast.Call, reader: Reader) -> tuple[Label, ...] | None:
    found = dropped(call)
    return None if found is None else constants(reader.resolved(found))


def _by_condition(index: ast.expr, reader: Reader) -> bool:
    """Whether the rows are chosen by what they hold, so that each row knows whether it is meant."""
    which = index.elts[0] if isinstance(index, ast.Tuple) else index
    return reader.read(which).rows or (
        isinstance(which, ast.Slice) and which.lower is None and which.upper is None
    )


def _name(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
