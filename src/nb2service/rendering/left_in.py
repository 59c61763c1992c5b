"""Left in: what the page has of a notebook: nothing that looks like a secret, no heavy image, no script."""

import copy
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from nb2service.checking.secret_texts import secrets_of_code, secrets_of_text
from nb2service.notebook.magics import to_python

# What is shown of an output that has several forms: the first of these that it has.
_FORMS = (
    "text/html",
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "text/markdown",
    "text/latex",
    "text/plain",
)
_IMAGE, _TEXT = 300_000, 100_000
_RUNS = re.compile(r"<script\b|<iframe\b", re.IGNORECASE)
_OURS = 'class="nb2service'


@dataclass(frozen=True)
class Left:
    """A notebook that is fit to be shown, and what it lacks, in words."""

    notebook: Any
    out: tuple[str, ...] = ()


def left_in(notebook: Any, marked: int) -> Left:
    """Return a copy of a notebook that is fit to be shown.

    Args:
        notebook: as nbformat has it.
        marked: the number of the cell that is served.
    """
    shown, number = copy.deepcopy(notebook), 0
    out: list[str] = []
    shown.metadata.pop("widgets", None)
    shown.nbformat_minor = max(shown.get("nbformat_minor", 0), 5)  # cells have ids, see below
    texts = [str(cell.get("source", "")) for cell in shown.cells if cell.cell_type == "code"]
    secrets = {secret for text in texts for secret in secrets_of_code(_python(text))}
    for index, cell in enumerate(shown.cells):
        cell.id = f"part-{index}"  # an older notebook gets random ones when it is read
        is_code = cell.cell_type == "code"
        number += bool(is_code and cell.source.strip())
        place = f"cell {number}" if is_code else f"a text below cell {number}"
        cell.metadata.tags = ["served"] if is_code and number == marked else []
        out += _without_secrets(cell, place, secrets)
        if is_code:
            cell.execution_count = number if cell.source.strip() else None
            cell.outputs = [_output(one, place, secrets, out) for one in _shown_of(cell.outputs)]
    return Left(shown, tuple(out))


def without_images(left: Left) -> Left:
    """Return it without images, which make most pages large."""
    return _without(left, "all images, for the size of the page", lambda form: "image/" in form)


def without_outputs(left: Left) -> Left:
    """Return it without what its cells showed."""
    return _without(left, "all outputs, for the size of the page", lambda form: True)


def weight(left: Left) -> int:
    """Return about how many bytes its page has: code becomes eight times as long by its colours."""
    found = 0
    for cell in left.notebook.cells:
        found += len(cell.source) * (8 if cell.cell_type == "code" else 1)
        found += sum(len(str(one)) for one in cell.get("outputs", ()))
        found += len(str(cell.get("attachments", "")))
    return found


def _without(left: Left, what: str, goes: Callable[[str], bool]) -> Left:
    for cell in left.notebook.cells:
        cell.pop("attachments", None)
        if cell.cell_type == "code":
            cell.outputs = [one for one in cell.outputs if not any(map(goes, _forms(one)))]
    return replace(left, out=(*left.out, what))


def _forms(output: Any) -> Iterable[str]:
    return list(output.get("data", {"text/plain": ""}))


def _python(text: str) -> str:
    try:
        return to_python(text)
    except Exception:  # IPython's transformer, of a cell that is no Python
        return ""


def _without_secrets(cell: Any, place: str, secrets: set[str]) -> Iterator[str]:
    """Take the text of a cell out if it holds a secret."""
    found = secrets_of_text(cell.source) if cell.cell_type != "code" else ()
    found = found or [one for one in secrets if one in cell.source]
    found = found or list(secrets_of_text(cell.source, assigned=False))
    if found:
        cell.source = "# left out: it holds what looks like a secret"
        cell.pop("attachments", None)
        yield f"{place}: it holds what looks like a secret"


def _shown_of(outputs: Iterable[Any]) -> Iterator[Any]:
    for output in outputs:
        if _OURS not in str(output.get("data", {}).get("text/html", "")):
            yield output


def _output(output: Any, place: str, secrets: set[str], out: list[str]) -> Any:
    """Return the output as it is shown; one line of text in place of what cannot be."""
    form, text = _form(output)
    is_image, why = form.startswith("image/"), ""
    if not form or _RUNS.search(text):
        why = "it is drawn by a script"
    elif len(text) > (_IMAGE if is_image else _TEXT):
        why = f"{'an image' if is_image else 'a text'} of {len(text) // 1000} kB"
    elif not is_image and (any(one in text for one in secrets) or secrets_of_text(text)):
        why = "it holds what looks like a secret"
    if why:
        out.append(f"an output of {place}: {why}")
        return _stream(f"[left out: {why}]")
    if "data" in output:
        output.data = {form: output.data[form]}
    return output


def _form(output: Any) -> tuple[str, str]:
    """Return the form that is shown, and its text."""
    if output.output_type == "stream":
        return "text/plain", str(output.text)
    if output.output_type == "error":
        return "text/plain", "\n".join(output.traceback)
    forms = [form for form in _FORMS if form in output.data]
    if len(forms) > 1 and _RUNS.search(str(output.data[forms[0]])):
        forms.pop(0)
    if not forms or any("widget" in form for form in output.data):
        return "", ""
    return forms[0], str(output.data[forms[0]])


def _stream(text: str) -> Any:
    from nbformat.v4 import new_output

    return new_output("stream", name="stdout", text=text)
