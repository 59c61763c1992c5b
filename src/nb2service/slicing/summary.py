"""What the card and the report tell of a path: the input that was taken, and what else there was."""

from collections.abc import Iterator, Mapping
from typing import Any

from nb2service.marking.answers import Answer
from nb2service.slicing.refused_inputs import RefusedInput
from nb2service.slicing.search import Choice
from nb2service.slicing.trace.inputs import Input


def summary(choice: Choice) -> dict[str, Any]:
    """The choice as JSON-able data.

    Returns:
        `input` (its name), `cell` (that makes it), `made` (the same in words), `written` (whether it
        is written down there), `as_used` (whether it is taken as that cell uses it), `steps`
        (statements from it to the
        answer), `guards` (the rows that it refuses), `by_label` (those that it answers although the
        notebook leaves them out by what the model learns), `rows`, `answered` and `alone` (see
        `kernel/validation/validate.py`),
        `above` (the nearest input above that is none, and why; None if there is none) and `lines`
        (marks that choose other inputs).
    """
    start = choice.function.input
    found = {key: choice.trial[key] for key in ("rows", "answered", "alone")}
    return {
        "input": start.name,
        "cell": start.step.cell,
        "made": start.made,
        "written": start.place is not None,
        "as_used": start.as_used,
        "steps": choice.function.steps,
        "guards": list(choice.function.guards),
        "by_label": list(choice.function.by_label),
        **found,
        "above": _above(choice),
        "lines": [_line(one, choice.answer) for one in choice.others],
    }


def rows_of_card(path: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The lines of the card: label and text."""
    count = path["steps"]
    way = f"{count} statement{'' if count == 1 else 's'} from there to the answer" if count else ""
    if path["written"]:
        yield "Input", f"{path['input']}: what cell {path['cell']} writes down is the example"
    else:
        done = "uses" if path["as_used"] else "makes"
        parts = [f"{path['input']} as {path['made']} {done} it", way]
        if path["alone"]:
            parts.append(
                f"{path['alone']} of the {path['answered']} rows with an answer tried alone"
            )
        yield "Input", "; ".join(filter(None, parts))
    if path.get("guards"):
        yield "Refuses", "rows that the notebook leaves out: " + "; ".join(path["guards"])
    if path.get("by_label"):
        left = "; ".join(path["by_label"])
        yield "Answers", f"also rows that the notebook leaves out by what the model learns: {left}"
    if path["above"]:
        yield "Not from", path["above"]
    if path["lines"]:
        yield "Instead", "\n".join(path["lines"])


def _above(choice: Choice) -> str | None:
    start = choice.function.input
    same = [one for one in choice.refusals if one.input.name == start.name]
    if start.as_used and same and same[-1].step in (None, start.step):
        return f"{start.name} above: something changes it in a way that was not followed"
    for refusal in reversed(choice.refusals):
        # A column that a table was made of is not the table; of a list of records it is one.
        kinds = {start.kind, "frame"} if start.kind == "list" else {start.kind}
        if not refusal.elsewhere and refusal.input.kind in kinds:
            return _reason(refusal)
    return None


def _reason(refusal: RefusedInput) -> str:
    start = refusal.input
    text = f"{start.text} (line {start.step.line}): {refusal.why}"
    if refusal.step is not None:
        text += f" (cell {refusal.step.cell}: {refusal.step.text})"
    return text


def _line(start: Input, answer: Answer) -> str:
    return f"#| predict: {start.text} -> {answer.text}"
