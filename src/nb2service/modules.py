"""Modules that a piece of code imports."""

import ast


def imported(code: str) -> set[str]:
    """The full names of the modules that `code` imports, anywhere in it, also inside functions.

    Relative imports are left out: a notebook has no package that they could be relative to.
    """
    found: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found
