"""What must be so before the model is loaded: its files as extracted, its libraries as there."""

import hashlib
import os
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from service.contract import CONTRACT_FILE
from service.upgraded import upgraded_versions

# What this service reads of a contract; one that says less was extracted for an older service.
CONTRACT_VERSION = 1

ROOT = Path(__file__).resolve().parent.parent
_AGAIN = "extract the notebook again"
_INSTALL = "install the exact versions of requirements.txt (CHECK_VERSIONS=no starts all the same)"


class StartError(Exception):
    """Why the service cannot start, in one line."""


def check_no_toy(document: Mapping[str, Any], root: Path = ROOT) -> None:
    """Refuse the toy model of the template. Raises StartError.

    It lies where a generation ended half-way, and would answer with what no notebook says. In the
    template itself, beside its cookiecutter.json, it is what the service is developed with.
    """
    toy = document.get("provenance", {}).get("toy", False)
    developed = (root.parent / "cookiecutter.json").is_file()
    if toy and not developed and os.environ.get("TOY_MODEL") != "serve":
        raise StartError(
            "model/ holds the template's toy model, no notebook's: generating this service did not "
            "come to its end; generate it again"
        )


def check_contract_version(document: Mapping[str, Any]) -> None:
    """Refuse a contract that is older than this service. Raises StartError."""
    found = document.get("contract_version", 1)
    if found < CONTRACT_VERSION:
        raise StartError(
            f"model/contract.json: of contract version {found}, this service needs "
            f"{CONTRACT_VERSION}; extract the notebook again: nb2service sync"
        )


def check_files(folder: Path = CONTRACT_FILE.parent) -> None:
    """Compare the files of model/ with SHA256SUMS. Raises StartError.

    Artifacts are left out: they may be large, and each is compared when it is loaded.
    """
    sums = folder / "SHA256SUMS"
    try:
        lines = sums.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise StartError(
            f"model/{sums.name}: cannot be read ({error.strerror}); {_AGAIN}"
        ) from error
    for line in lines:
        digest, _, name = line.partition("  ")
        if name.startswith("artifacts/"):
            continue
        try:
            found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        except OSError as error:
            raise StartError(
                f"model/{name}: cannot be read ({error.strerror}); {_AGAIN}"
            ) from error
        if found != digest:
            raise StartError(
                f"model/{name}: changed since it was extracted; change the notebook instead, "
                "and extract it again"
            )


def check_versions(
    python: str, packages: Mapping[str, str], folder: Path = CONTRACT_FILE.parent
) -> None:
    """Compare Python and the installed packages with those that the model came from.

    Where `make upgrade` proved it again at others, those are what it is compared with.
    Raises StartError: another version may answer otherwise without a word.
    """
    if found := list(_others(python, {**packages, **upgraded_versions(folder)})):
        raise StartError(f"{'; '.join(found)}; {_INSTALL}")


def _others(python: str, packages: Mapping[str, str]) -> Iterator[str]:
    here = "{}.{}".format(*sys.version_info)
    if python and python.split(".")[:2] != here.split("."):
        yield f"the model was made with Python {python}, this is {here}"
    for name, wanted in packages.items():
        try:
            installed = version(name)
        except PackageNotFoundError:
            yield f"the model was made with {name} {wanted}, which is not installed"
            continue
        # A local label, as in 2.1.0+cpu, says where a build comes from.
        if installed.partition("+")[0] != wanted.partition("+")[0]:
            yield f"the model was made with {name} {wanted}, installed is {installed}"
