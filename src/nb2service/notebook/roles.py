"""Roles that a cell may have besides predicting: `ignore`, `setup`, `parameters`, `example`.

Each is a tag of the cell or a line `#| role` among its first ones; other tools' words for the same
stand in the table.
"""

import re

# Role -> tags that give it: ours, and those of nuclio, mlrun and papermill.
_TAGS = {
    "ignore": frozenset({"ignore", "nuclio-ignore", "mlrun-ignore"}),
    "setup": frozenset({"setup"}),
    "example": frozenset({"example"}),
    "parameters": frozenset({"parameters", "injected-parameters"}),
}
_DIRECTIVE = re.compile(r"^\s*#\s?\|\s*(?P<words>.*?)\s*$")
_NUCLIO_IGNORE = re.compile(r"^\s*#\s*(?:nuclio|mlrun)\s*:\s*ignore\b", re.MULTILINE)
_TO_TOOLS = re.compile(r"^#\s?\||^#\s*%%|^#\s*(?:nuclio|mlrun)\s*:")
_REQUEST = re.compile(r"^\s*REQUEST\s*=[^=]", re.MULTILINE)
_GATEWAY = re.compile(r"#\s+(?:ResponseInfo\s+)?(?:GET|PUT|POST|DELETE)\s+/")


def has_role(role: str, source: str, tags: frozenset[str]) -> bool:
    """Whether a cell has one of the roles of the table."""
    if _TAGS[role] & tags or role in (words for _, words in directives(source)):
        return True
    return role == "ignore" and bool(_NUCLIO_IGNORE.search(source))


def answers_requests(source: str) -> bool:
    """Whether the kernel gateway runs this cell for each request, with the request in REQUEST."""
    return bool(_GATEWAY.match(source)) and "REQUEST" in source


def makes_request(source: str) -> bool:
    """Whether it gives such cells a request to be tried with, so that they run in the notebook too."""
    return bool(_REQUEST.search(source))


def directives(source: str) -> list[tuple[int, str]]:
    """The lines `#| words` that a cell begins with: line number and words.

    Blank lines and magics may stand before and between them.
    """
    found = []
    for number, line in enumerate(source.splitlines(), 1):
        directive = _DIRECTIVE.match(line)
        if directive:
            found.append((number, directive["words"]))
        elif line.strip() and not line.lstrip().startswith(("%", "!")):
            break
    return found


def is_to_tools(line: str) -> bool:
    """Whether a comment speaks to a tool, not to a reader of the code."""
    return bool(_TO_TOOLS.match(line))


def first_comment(source: str) -> tuple[int, str]:
    """The first line that is neither blank nor a magic, if it is a comment: number and text."""
    for number, line in enumerate(source.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith(("%", "!")):
            return (number, line.strip()) if line.lstrip().startswith("#") else (number, "")
    return 0, ""
