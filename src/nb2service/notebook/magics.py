"""IPython's additions to Python, translated line by line, so that line numbers stay the user's."""

import re
from contextlib import suppress

# Cell magics whose body is Python that runs in the notebook's own namespace.
PYTHON_BODY = frozenset({"time", "timeit", "capture", "prun", "memit", "heat"})

# Set where a notebook is run to make a service of it: its own `%service` has nothing to do there.
RUNNING = "NB2SERVICE_RUNNING"
_OUR_CELL = re.compile(r"\A(\s*)%%service\b[^\n]*")
_OUR_LINE = re.compile(
    r"^\s*get_ipython\(\)\.run_line_magic\((?:'service',|'(?:re|un)?load_ext', *'nb2service'\))"
)

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
    source = without_ours(source)
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
    return _translated(body)


def _translated(body: str) -> str:
    # Imported here: it costs as much time as all the rest of reading a notebook.
    from IPython.core.inputtransformer2 import TransformerManager

    stripped = body.lstrip("\n")
    translated = TransformerManager().transform_cell(stripped)
    return "\n" * (len(body) - len(stripped)) + str(translated).rstrip("\n")


def is_service_cell(source: str) -> bool:
    """Whether the cell begins with `%%service`, which marks it."""
    return bool(_OUR_CELL.match(source))


def without_ours(source: str) -> str:
    """Return the cell without our own magics, no part of what is served; lines keep their numbers."""
    if "service" not in source:
        return source
    body = _OUR_CELL.sub(r"\1", source)
    if not re.search(r"^\s*%(?:service\b|\w*load_ext\s+nb2service\b)", body, re.MULTILINE):
        return body
    lines, translated = body.split("\n"), _translated(body).split("\n")
    for number, line in enumerate(translated[: len(lines)]):
        if _OUR_LINE.match(line):
            # Within a block something must stand there.
            lines[number] = re.sub(r"%.*", "pass", lines[number]) if line[0] == " " else ""
    return "\n".join(lines)
