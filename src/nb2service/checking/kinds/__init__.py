"""The kinds of findings, one file each.

A file has `NAME`, the rule's name on the page and in JSON, and `find(survey)`, which gives the findings.
To add a kind, add a file: it is found by lying here. Describe it in docs/checking.md.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator

from nb2service.checking.findings import Finding
from nb2service.checking.survey import Survey

Find = Callable[[Survey], Iterator[Finding]]

KINDS: dict[str, Find] = {
    module.NAME: module.find
    for module in (
        importlib.import_module(f"{__name__}.{found.name}")
        for found in pkgutil.iter_modules(__path__)
    )
}
