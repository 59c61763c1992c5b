"""What predict.py loads: artifacts, files of the notebook's folder, and parameters.

An artifact is read once, its SHA-256 compared with the contract, and only then are those bytes opened.
"""

import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

from model.threads import single_threaded
from model.unpickling import ForeignError, only

FOLDER = Path(__file__).parent
# Parameters that the environment gives another value than the notebook had.
CHANGED: dict[str, Any] = {}
_BOOLS = {"1": True, "true": True, "yes": True, "on": True}
_BOOLS |= {"0": False, "false": False, "no": False, "off": False}


class ArtifactError(Exception):
    """An artifact that cannot be trusted or opened; the text says which, why, and what to do."""


class ParameterError(Exception):
    """A parameter whose environment variable cannot be read; the text names it."""


def load(name: str) -> Any:
    """Return the value that was saved as model/artifacts/<name>.

    Raises ArtifactError when the file is missing, differs from the contract, or does not open.
    """
    place = f"model/artifacts/{name}"
    contract = json.loads((FOLDER / "contract.json").read_text(encoding="utf-8"))
    entry = contract["artifacts"].get(name)
    if entry is None:
        raise ArtifactError(f"{place}: model/contract.json does not list it; extract the notebook again")
    try:
        data = (FOLDER / "artifacts" / name).read_bytes()
    except OSError as error:
        raise ArtifactError(f"{place}: cannot be read ({error.strerror}); extract the notebook again") from error
    found = hashlib.sha256(data).hexdigest()
    if found != entry["sha256"]:
        raise ArtifactError(
            f"{place}: changed since it was extracted (SHA-256 {found[:12]}…, "
            f"the contract says {entry['sha256'][:12]}…); extract the notebook again"
        )
    try:
        form = import_module(f"model.formats.{entry['format']}")
        with only():
            value = single_threaded(form.load(data, entry["state"]))
        if "dropins" in entry:
            import_module("model.dropins.walk").install(value, entry["dropins"])
        return value
    except ForeignError as error:
        raise ArtifactError(
            f"{place}: looks up {error}, which it did not when it was extracted; "
            "extract the notebook again"
        ) from error
    except Exception as error:
        raise ArtifactError(
            f"{place}: does not open as {entry['type']} ({type(error).__name__}: {error}); "
            "install the exact versions in model/requirements.txt"
        ) from error


@contextmanager
def notebook_folder(below: str = "") -> Iterator[None]:
    """Work in model/files/, so that relative paths lead to the files that came along."""
    before = Path.cwd()
    os.chdir(FOLDER / "files" / below)
    try:
        yield
    finally:
        os.chdir(before)


def in_each_thread(set_up: Callable[[], None], predict: Callable[..., Any]) -> Callable[..., Any]:
    """Return predict, before whose first call in each thread `set_up` runs.

    NumPy, decimal and scikit-learn keep their settings by thread.
    """
    done = threading.local()

    @wraps(predict)
    def answer(*args: Any, **kwargs: Any) -> Any:
        if not hasattr(done, "set"):
            set_up()
            done.set = True
        return predict(*args, **kwargs)

    return answer


def parameter(name: str, default: Any) -> Any:
    """Return the environment variable of that name as a value of the default's type.

    Unset and empty mean the default, which is the notebook's own value. A bool is true/false, yes/no,
    on/off or 1/0; a list or dict is JSON.
    Raises ParameterError.
    """
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    try:
        value = _like(default, text)
    except (ValueError, KeyError):
        kind = type(default).__name__
        shown = "JSON for a " + kind if isinstance(default, (list, dict, tuple)) else kind
        raise ParameterError(
            f"{name}={text}: expected {shown}, as in the notebook, where it is {default!r}"
        ) from None
    if value != default:
        CHANGED[name] = value
    return value


def _like(default: Any, text: str) -> Any:
    """Return the text as a value of the default's type; None says nothing, so text stays text."""
    if isinstance(default, bool):
        return _BOOLS[text.lower()]
    if isinstance(default, (int, float)):
        return type(default)(text)
    if isinstance(default, (list, dict, tuple)):
        value = json.loads(text)
        if not isinstance(value, dict if isinstance(default, dict) else list):
            raise ValueError(text)
        return type(default)(value)
    return text
