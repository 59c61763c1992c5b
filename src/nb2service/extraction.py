"""The extraction: all that was taken from a notebook, as plain data between the steps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nb2service.closure.items import Item
from nb2service.closure.modules import LocalModule
from nb2service.contract.infer import Inference
from nb2service.marking.mark import Mark
from nb2service.notebook.read import Notebook
from nb2service.slicing.search import Choice


@dataclass(frozen=True)
class Extraction:
    """All that was taken from the notebook, before it is proven.

    Attributes:
        notebook: the notebook.
        mark: the marked function.
        items: what came along, by name.
        inference: what the recorded calls told.
        model_version: what answers carry as `model_version`.
        python: the version of the kernel's Python.
        notes: what the user should know about it, in words.
        bound: parameters of predict that are trained state -> the names that they are bound to.
        modules: the user's own modules that come along.
        imports: what these import of others.
        drawn: calls with drawn records, which the notebook's predict answered for the proof.
        unlike: the same with records that the contract does not admit, each with the `schema` of the
            feature that was changed: nulls.
        again: what the notebook's predict answers when it is asked again at the end; see
            `kernel/proving/asked_again.py`.
        files: values that were loaded from files in place of running the notebook -> which, in words.
        class_columns: the place of each column of the answers among the classes of the classifier; none
            where that is not proven.
        clocks: the functions by which what comes along asks for the time.
        moment: where there are any, when the notebook answered; see `kernel/requests.py`.
        choice: the path of a bare cell; None where the cell defines a function.
    """

    notebook: Notebook
    mark: Mark
    items: Mapping[str, Item]
    inference: Inference
    model_version: str
    python: str
    notes: tuple[str, ...] = ()
    bound: Mapping[str, str] = field(default_factory=dict)
    modules: tuple[LocalModule, ...] = ()
    imports: frozenset[str] = frozenset()
    drawn: tuple[Mapping[str, Any], ...] = ()
    unlike: tuple[Mapping[str, Any], ...] = ()
    again: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    class_columns: tuple[int, ...] = ()
    choice: Choice | None = None
    clocks: tuple[str, ...] = ()
    moment: Mapping[str, str] = field(default_factory=dict)

    @property
    def record_class(self) -> str | None:
        """The class of the notebook that predict wants its record to be; None if it takes a dict."""
        container = self.inference.container
        if self.inference.input != "record" or container in (None, "pandas.Series"):
            return None
        return str(container).rpartition(".")[2]

    @property
    def guards(self) -> tuple[str, ...]:
        """The statements of a bare cell's path that leave rows out: such rows are refused."""
        return self.choice.function.guards if self.choice else ()

    @property
    def served(self) -> str:
        """The name in `predict.py` that the service calls."""
        function = self.mark.function
        return f"{function}_record" if self.record_class else function

    @property
    def classes(self) -> tuple[Any, ...]:
        """What the columns of the answers stand for, if the model that is served proves it."""
        if self.outputs:
            return self.outputs
        return tuple(self.may_be_classes[place] for place in self.class_columns)

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names of several outputs, if each answer has as many."""
        names = self.choice.outputs if self.choice else ()
        answers = [answer for call in self.inference.calls for answer in call.answers]
        fits = all(isinstance(a, list) and len(a) == len(names) for a in answers)
        return names if answers and fits and not self.inference.whole else ()

    @property
    def may_be_classes(self) -> tuple[Any, ...]:
        """The classes of the one classifier that is served, if answers have as many columns."""
        inference = self.inference
        answers = [answer for call in inference.calls for answer in call.answers]
        known = {i.artifact.classes for i in self.artifacts if i.artifact and i.artifact.classes}
        if inference.input not in ("frame", "rows") or inference.whole or len(known) != 1:
            return ()
        (classes,) = known
        fits = all(
            isinstance(answer, list) and len(answer) == len(classes) and _are_numbers(answer)
            for answer in answers
        )
        return classes if answers and fits else ()

    @property
    def artifacts(self) -> list[Item]:
        """The items that are artifacts, by file name."""
        found = [item for item in self.items.values() if item.artifact]
        return sorted(found, key=lambda item: item.name)


def _are_numbers(values: Iterable[Any]) -> bool:
    return all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
