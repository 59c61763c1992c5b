"""IPython's additions to Python, translated line by line, so that line numbers stay the user's."""

import re
from contextlib import suppress

# Cell magics whose body is Python that runs in the notebook's own namespace.
PYTHON_BODY = frozenset({"time", "timeit", "capture", "prun", "memit", "heat"})

_CELL_MAGIC = re.compile(r"\s*%%(\w+)")
# `%time x = f()` binds x; hidden in run_line_magic('time', ...) nobody would see it.
_TIMED = re.compile(r"^(\s*)%time(?:it)?[ \t]+(?=[^-\s])", re.MULTILINE)
_MEASURED = re.compile(
    r"^(\s*)%(?:timeit|prun|memit)[ \t]+(?:-[a-zA-Z]+ *\d*[ \t]+)*(?=[^-\s])(.+)$", re.MULTILINE
)
_SPECIAL = re.compile(r"^\s*[%!?]|\?\s*$|=\s*[%!]", re.MULTILINE)


def _statement_of(measured: re.Match[str]) -> str:
    """What `%timeit -n1 f(x)` measures, if it is Python as it stands."""
    with suppress(SyntaxError):
        compile(measured[2], "cell", "exec")
        return measured[1] + measured[2]
    return ""


def to_python(source: str) -> str:
    """Translate a cell to Python with as many lines, so that line n is still line n.

    A cell in another language (`%%bash`, `%%html`) becomes blank lines: it binds no name.
    """
    body = source
    magic = _CELL_MAGIC.match(source)
    if magic:
        _, newline, rest = source.lstrip("\n").partition("\n")
        blank = "\n" * (len(source) - len(source.lstrip("\n")))
        if magic.group(1) not in PYTHON_BODY:
            return "\n" * source.count("\n")
        body = blank + newline + rest
    body = _TIMED.sub(r"\1", body)
    body = _MEASURED.sub(lambda found: _statement_of(found) or found[0], body)
    if not _SPECIAL.search(body):
        return body
    # Imported here: it costs as much time as all the rest of reading a notebook.
    from IPython.core.inputtransformer2 import TransformerManager

    stripped = body.lstrip("\n")
    translated = TransformerManager().transform_cell(stripped)
    return "\n" * (len(body) - len(stripped)) + str(translated).rstrip("\n")
