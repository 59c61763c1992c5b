"""Files that predict opens: the proof finds them on this machine, a service elsewhere would not."""

from collections.abc import Sequence

from nb2service.errors import Nb2serviceError
from nb2service.marking.mark import Mark
from nb2service.notebook.read import Notebook
from nb2service.proving.prove import Proof

SETUP = (
    "Read it in a cell of its own, marked `setup` (first line `#| setup`), by its path from the "
    "notebook's folder: such a file comes along."
)


def refuse_local_files(notebook: Notebook, marked: Mark, proof: Proof) -> None:
    """Refuse a predict that opens a file with which no service starts.

    Raises:
        Nb2serviceError: it opened one that lies with the notebook, or found none where it runs now.
    """
    folder = notebook.path.parent.resolve()
    beside = [path for path in proof.opened if path.startswith(f"{folder}/")]
    missing = [text for text in proof.failures if "FileNotFoundError" in text]
    if not beside and not missing:
        return
    file = beside[0].removeprefix(f"{folder}/") if beside else missing[0].rpartition(": ")[2]
    raise Nb2serviceError(
        notebook.place(marked.cell),
        f"{marked.function} opens {file} when it is called, and the service will not have it there",
        SETUP,
    )


def other_files(function: str, opened: Sequence[str]) -> list[str]:
    """Say which files of this machine predict opens that lie nowhere near the notebook."""
    if not opened:
        return []
    more = f" and {len(opened) - 1} more" if len(opened) > 1 else ""
    return [
        f"{function} opens {opened[0]}{more}, which is on this machine only: bring it into the "
        "service's container."
    ]
