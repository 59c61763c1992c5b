"""The one version of nb2service: pyproject.toml's, wherever the code runs from."""

import tomllib
from functools import cache
from importlib.metadata import version as installed_version
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]


@cache
def version() -> str:
    """Return the version, from the checkout that this code lies in or else from the installed package.

    The checkout comes first: an older installed nb2service must not lend its number to newer code.
    """
    pyproject = CHECKOUT / "pyproject.toml"
    if pyproject.is_file():
        project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
        if project["name"] == "nb2service":
            return str(project["version"])
    return installed_version("nb2service")
