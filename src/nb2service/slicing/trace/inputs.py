"""Inputs: where a path may begin."""

from dataclasses import dataclass

from nb2service.slicing.trace.steps import Step


@dataclass(frozen=True)
class Input:
    """Where a path may begin: a version of a name, or what is written down in the marked cell.

    Attributes:
        name: the name, the parameter of the function.
        step: the step that made this version of it.
        place: the place of the written sample in that step; None for a name.
        as_used: whether it is the name as the step uses it, not as the step makes it.
        rows: how many rows it holds; None if it is no table.
        kind: which sort of table it is; see `kernel/tables/kinds.kind_of`.
        goes_on: whether the cell that makes it changes it below, as the function does.
    """

    name: str
    step: Step
    place: str | None
    rows: int | None
    kind: str
    as_used: bool = False
    goes_on: bool = False

    @property
    def made(self) -> str:
        """What makes or uses it, for a sentence: `cell 3`, `line 2 of cell 3`."""
        cell = f"cell {self.step.cell}"
        return f"line {self.step.line} of {cell}" if self.goes_on and not self.as_used else cell

    @property
    def single(self) -> bool:
        """Whether it holds one record, so that what is computed of all rows is computed of it alone."""
        return self.rows in (None, 1)

    @property
    def text(self) -> str:
        """What stands for it left of an arrow: `df@3`."""
        return f"{self.name}@{self.step.cell}"
