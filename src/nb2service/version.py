"""The one version of nb2service: pyproject.toml's, wherever the code runs from."""

import json
import subprocess
import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from importlib.metadata import version as installed_version
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]


@cache
def version() -> str:
    """Return the version, from the checkout that this code lies in or else from the installed package.

    The checkout comes first: an older installed nb2service must not lend its number to newer code.
    """
    return _of_checkout() or installed_version("nb2service")


@cache
def commit() -> str:
    """Return the commit that this code is of, with `-dirty` where it was changed; "" if unknown."""
    if _of_checkout():
        return _git_commit()
    try:
        told = distribution("nb2service").read_text("direct_url.json") or "{}"
        return str(json.loads(told).get("vcs_info", {}).get("commit_id", ""))
    except (PackageNotFoundError, ValueError):
        return ""


def _of_checkout() -> str:
    pyproject = CHECKOUT / "pyproject.toml"
    if pyproject.is_file():
        project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
        if project["name"] == "nb2service":
            return str(project["version"])
    return ""


def _git_commit() -> str:
    if not (CHECKOUT / ".git").exists():
        return ""
    command = ["git", "-C", str(CHECKOUT), "describe", "--always", "--abbrev=40", "--exclude=*"]
    try:
        done = subprocess.run([*command, "--dirty"], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
