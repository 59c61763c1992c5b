"""Secrets in whole texts: what cells showed, and code that nothing served comes from."""

import ast
import re
from collections.abc import Iterator

from nb2service.checking.calls import strings
from nb2service.checking.kinds.secrets import judge, names_of_strings

_BETWEEN = re.compile(r"""[\s"'`,;()<>\[\]{}|]+""")
# A name is tried from its beginning only: one long word must not cost the square of its length.
_ASSIGNED = re.compile(r"""(?<![\w-])([A-Za-z_][\w-]{0,63})["']?\s*[:=]\s*["']?([^\s"',;]+)""")


def secrets_of_text(text: str, *, assigned: bool = True) -> list[str]:
    """Return what looks like a secret in a text, by the check's own judgement.

    Args:
        text: the text.
        assigned: whether `password: x` counts, which in code is no sign.
    """
    pieces = [(piece, "") for line in text.splitlines() for piece in (line, *_BETWEEN.split(line))]
    if assigned:
        pieces += [(value, name.replace("-", "_")) for name, value in _ASSIGNED.findall(text)]
    return [piece for piece, name in pieces if judge(piece, name)]


def secrets_of_code(python: str) -> Iterator[str]:
    """Give the texts of some code that look like secrets."""
    try:
        tree = ast.parse(python)
    except SyntaxError:
        return
    named = names_of_strings(tree)
    for text in strings(tree):
        if judge(str(text.value), named.get(id(text), "")):
            yield str(text.value)
