"""Check that the template can be rendered and filled in, before the notebook runs for an hour."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nb2service import places
from nb2service.errors import Nb2serviceError
from nb2service.writing.fill import places_to_fill

# What the locks are compiled from, and what stands in for them where no registry is reachable.
_NEEDED = (
    "requirements/service.in",
    "requirements/dev.in",
    "requirements.txt",
    "requirements-dev.txt",
)
_HOOK = Path("hooks", "post_gen_project.py")


def check_template(answers: Mapping[str, Any]) -> list[str]:
    """Render the template into a folder that goes away again; return the names at its top.

    Args:
        answers: the answers, as Cookiecutter hands them to its hooks.

    Raises:
        Nb2serviceError: it cannot be rendered, or lacks a place that is filled in.
    """
    from cookiecutter.exceptions import CookiecutterException
    from cookiecutter.generate import generate_files
    from cookiecutter.utils import create_env_with_context
    from jinja2 import TemplateError

    root = places.root()
    known = json.loads((root / "cookiecutter.json").read_text(encoding="utf-8"))
    private = {key: value for key, value in known.items() if key.startswith("_")}
    context = {"cookiecutter": {**private, **answers}}
    with tempfile.TemporaryDirectory(prefix="nb2s-") as folder:
        try:
            made = Path(generate_files(root, context, folder, accept_hooks=False))
            hook = (root / _HOOK).read_text(encoding="utf-8")
            create_env_with_context(context).from_string(hook).render(**context)
        except (CookiecutterException, TemplateError, OSError, UnicodeError) as error:
            raise _not_rendered(root, error) from None
        for file, place, count in places_to_fill(made):
            if count != 1:
                raise Nb2serviceError(
                    f"template, {file}",
                    f"has {count or 'no'} {place}, where generation fills in what the notebook needs",
                    "Put it there once, as in the original template.",
                )
        for file in _NEEDED:
            if not (made / file).is_file():
                raise Nb2serviceError(
                    f"template, {file}",
                    "is missing, and generation needs it",
                    "Put it there, as in the original template.",
                )
        return sorted(path.name for path in made.iterdir())


def _not_rendered(root: Path, error: Exception) -> Nb2serviceError:
    """The error for a file that Jinja or the disk refuses, with its name where that is known."""
    inner = getattr(error, "error", error)
    name = str(getattr(inner, "filename", None) or getattr(error, "message", ""))
    name = name.partition("'")[2].rstrip("'") or name
    line = getattr(inner, "lineno", None)
    words = " ".join(str(getattr(inner, "message", None) or inner).split())
    file = Path(name).name if name else _HOOK.name
    place = f"template, {file}" + (f", line {line}" if line else "")
    if isinstance(error, OSError | UnicodeError):
        return Nb2serviceError("template", f"cannot be copied ({words})", "Look at its files.")
    return Nb2serviceError(
        place,
        f"cannot be rendered ({words})",
        "Name the file in `_copy_without_render` of cookiecutter.json, or put its own braces between "
        "{% raw %} and {% endraw %}.",
    )
