"""The effects of a step: what it does to the names that hold the rows of a request."""

import ast
from dataclasses import dataclass
from typing import Literal

from nb2service.marking.answers import as_text, is_predict_call, is_print
from nb2service.notebook.changes import changed_names
from nb2service.notebook.dataflow.knowledge import FITS
from nb2service.slicing.operations.holders import holds_rows
from nb2service.slicing.operations.values import Constant, PerRow, Refused, Selection, Value
from nb2service.slicing.reasons import Reason
from nb2service.slicing.trace.labels import Label
from nb2service.slicing.trace.steps import Step

Form = Literal["bind", "column", "drop", "change", "guard"]


@dataclass(frozen=True)
class Effect:
    """What a step does to one name that holds rows.

    Attributes:
        step: the step.
        name: the name.
        form: `bind` gives it a new value; `column` sets columns of its table; `drop` takes columns away;
            `change` changes it in some other way; `guard` only refuses rows.
        node: the statement as it reads on the path; None where there is nothing to do for one row.
        columns: the columns that are set or dropped; None if unknown.
        refused: why it cannot be served; None if it can.
        selection: how the notebook picked rows.
        ordered: whether the rows stand in an order of what they hold.
        projected: whether it makes fewer columns than the notebook did, so that nothing can be compared.
        verbatim: whether it is a loop or a branch that is kept as it is; see `single_record.py`.
        same: the other names of the very table that it changes.
        views: the other names that hold a part of it, or what holds it, and may be changed with it.
    """

    step: Step
    name: str
    form: Form
    node: ast.stmt | None
    columns: tuple[Label, ...] | None = None
    refused: Refused | None = None
    selection: Selection = ""
    ordered: bool = False
    projected: bool = False
    verbatim: bool = False
    same: tuple[str, ...] = ()
    views: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All names that hold something else, or something changed, afterwards."""
        return (self.name, *self.same, *self.views)


def binding(step: Step, name: str, value: Value) -> Effect:
    """The effect of giving a name a value of rows."""
    if isinstance(value, Refused):
        return Effect(step, name, "bind", None, None, value)
    node = ast.Assign([ast.Name(name, ast.Store())], value.node)
    if isinstance(value, Constant):
        return Effect(step, name, "bind", node)
    if value.selection == "trimmed" and _is_trim(step.node, name, value.node):
        return Effect(step, name, "bind", None, None, Refused(Reason.TRIMMED, step))
    ordered = isinstance(value, PerRow) and value.ordered
    return Effect(step, name, "bind", node, selection=value.selection, ordered=ordered)


def bound_part(step: Step, name: str, part: PerRow, whole: PerRow | None) -> Effect:
    """The effect of giving a name one part of a value, which may be a trim as the whole is."""
    if whole is not None and whole.selection == "trimmed" and _is_trim(step.node, name, whole.node):
        return Effect(step, name, "bind", None, None, Refused(Reason.TRIMMED, step))
    return binding(step, name, part)


def _is_trim(node: ast.stmt, name: str, rows: ast.expr) -> bool:
    """Whether rows are cut off at both ends, or the table goes on without them under its own name."""
    both = any(isinstance(n, ast.Slice) and n.lower and n.upper for n in ast.walk(node))
    own = any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(rows))
    return both or own


def refusing(step: Step, name: str, reason: Reason, *of: str) -> Effect:
    """The effect of giving a name what cannot be served."""
    return Effect(step, name, "bind", None, None, Refused(reason, step, of))


def is_fresh(value: ast.expr) -> bool:
    """Whether an expression gives a table that it makes, and none that something else may hold.

    A function of the notebook may give back what it is given, and a list what it holds.
    """
    match value:
        case ast.Call(func=ast.Attribute(attr=name)):
            return name not in ("pipe", "get", "pop", "setdefault")
        case ast.Call(func=ast.Name(id=name)):
            return name in ("train_test_split", "DataFrame", "Series", "concat", "merge")
        case ast.Subscript(slice=ast.Constant(value=int())):
            return False
    made = ast.Subscript | ast.Attribute | ast.BinOp | ast.Compare | ast.UnaryOp
    return isinstance(value, made)


class Bindings:
    """What the names hold, from step to step.

    Attributes:
        rows: the names that hold rows.
        blocked: the names that hold what cannot be served.
        answered: the names that hold what a model predicted for the rows.
        ordered: the names whose rows stand in an order of what they hold.
        single: whether the input is one record, so that values of it are no table either.
    """

    def __init__(self, name: str, *, single: bool) -> None:
        self.rows, self.single = {name}, single
        self.blocked: dict[str, Refused] = {}
        self.answered: set[str] = set()
        self.ordered: set[str] = set()
        self._tables: dict[str, int] = {name: 0}
        self._made: dict[str, int] = {}
        self._fresh: set[str] = {name}
        self._count = 0

    @property
    def held(self) -> set[str]:
        """The names that hold something that comes from the input."""
        return self.rows | self.blocked.keys()

    def forget(self, name: str) -> None:
        """The name holds a value now that does not depend on the request."""
        self.rows.discard(name)
        self.blocked.pop(name, None)
        self.answered.discard(name)

    def block(self, name: str, refused: Refused) -> None:
        """The name holds what cannot be served."""
        self.forget(name)
        self.blocked[name] = refused

    def same_as(self, name: str) -> set[str]:
        """The other names that hold the very table that the name holds."""
        table = self._tables.get(name)
        found = {other for other, one in self._tables.items() if one == table and other != name}
        return found & self.rows if table is not None else set()

    def is_apart(self, one: str, other: str) -> bool:
        """Whether the later of two tables was made anew, where pandas copies on write."""
        later = max(one, other, key=lambda name: self._made.get(name, 0))
        return later in self._fresh

    def _name_table(self, effect: Effect) -> None:
        """Note which table the name stands for: another name's, or one of its own."""
        self._count += 1
        name, table = effect.name, self._count
        self._made[name] = table
        written = effect.step.node.value if isinstance(effect.step.node, ast.Assign) else None
        match effect.node:
            case ast.Assign(value=ast.Name(id=other)) if not effect.selection and isinstance(
                written, ast.Name | ast.Tuple
            ):
                table = self._tables.setdefault(other, table)
        self._tables[name] = table
        self._fresh.discard(name)
        if table == self._count and written is not None and is_fresh(written):
            self._fresh.add(name)

    def begin(self, effect: Effect) -> None:
        """The name holds what the answers of several models are added to."""
        self.note(effect)
        self.rows.add(effect.name)
        self.answered.add(effect.name)

    def note(self, effect: Effect) -> None:
        """Note what the name holds after the effect."""
        if effect.form != "bind":
            return
        self._name_table(effect)
        self.rows.discard(effect.name)
        self.blocked.pop(effect.name, None)
        self.ordered.discard(effect.name)
        if effect.ordered:
            self.ordered.add(effect.name)
        if effect.refused is not None:
            self.blocked[effect.name] = effect.refused
            return
        parts = [] if effect.node is None else list(ast.walk(effect.node))
        answers = any(
            is_predict_call(n) or (isinstance(n, ast.Name) and n.id in self.answered) for n in parts
        )
        if answers:
            self.answered.add(effect.name)
        version = effect.step.versions.get(effect.name, {})
        kind = version.get("kind", "frame")
        if str(version.get("type")).endswith("Index") and not effect.selection:
            kind = "index"  # which rows a filter leaves
        if kind != "other" or answers or self.single or any(map(holds_rows, parts)):
            self.rows.add(effect.name)

    def is_trained(self, effect: Effect) -> bool:
        """Whether it makes a model of the rows, which is a value whoever trained it."""
        version = effect.step.versions.get(effect.name, {})
        is_other = effect.form == "bind" and version.get("kind") == "other"
        return is_other and bool(version.get("trained"))


def opaque(step: Step, bindings: Bindings) -> list[Effect]:
    """The effects of a loop that nobody followed."""
    touched = (step.binds | step.changes) & bindings.held
    if step.uses & bindings.held:
        touched |= step.binds
    return [refusing(step, name, Reason.LOOP) for name in sorted(touched)]


def verbatim(step: Step, bindings: Bindings) -> list[Effect]:
    """The effects of a loop or a branch that is kept as it is: it may change one name."""
    loops = [n for n in ast.walk(step.node) if isinstance(n, ast.For)]
    variables = {n.id for one in loops for n in ast.walk(one.target) if isinstance(n, ast.Name)}
    written = (step.binds | changed_names(step.node)) - variables
    touched = sorted(written)
    views = tuple(sorted((step.changes & bindings.rows) - written))
    used = [bindings.blocked[name] for name in sorted(step.uses & bindings.blocked.keys())]
    refused = used[0] if used else None
    if refused is None and len(touched) > 1:
        refused = Refused(Reason.BRANCH_OF_RECORD, step)
    fits = any(isinstance(n, ast.Attribute) and n.attr in FITS for n in ast.walk(step.node))
    if refused is None and fits:
        refused = Refused(Reason.FITS_RECORD, step)
    node = None if refused else step.node
    forms: dict[bool, Form] = {True: "change", False: "bind"}
    return [
        Effect(
            step,
            name,
            forms[name in bindings.held],
            node,
            refused=refused,
            verbatim=True,
            views=views,
        )
        for name in touched
    ]


def answering(step: Step, name: str, value: Value) -> Effect:
    """The effect that gives the answer where it is an expression and no name."""
    if isinstance(value, Constant):
        return refusing(step, name, Reason.NOT_DEPENDENT)
    return binding(step, name, value)


def answer_of(node: ast.expr) -> ast.expr:
    """The expression that gives the answer: of a print the text."""
    return as_text(node) if is_print(node) else node
