"""The items that come along: what a name of the notebook becomes in the service.

An import, code, a literal, an artifact, a parameter (a literal that the environment may replace),
setup (code that runs when the service starts) or a setting (a statement that sets something for all).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from nb2service.notebook.statements import Statement

Becomes = Literal["import", "code", "literal", "artifact", "parameter", "setup", "setting"]


@dataclass(frozen=True)
class Artifact:
    """A value in a file of its own.

    Attributes:
        file: the file's name in `artifacts/`.
        format: the name of the format, a module of `formats/`.
        type: the value's type, e.g. `xgboost.sklearn.XGBClassifier`.
        bytes: the file's size.
        sha256: of the file.
        state: what the format must know to load it, JSON-able.
        requires: distributions that loading needs beyond the modules that the file names.
        rows: the number of rows if it is a table, in whatever form.
        classes: what its `classes_` says, if it is a classifier.
    """

    file: str
    format: str
    type: str
    bytes: int
    sha256: str
    state: Mapping[str, Any]
    requires: tuple[str, ...]
    rows: int | None
    classes: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Item:
    """One thing that comes along.

    Attributes:
        name: the global name that it is bound to.
        becomes: what it turns into in the service.
        source: the text that stands for it in `predict.py`.
        cell: the number of the cell that it comes from; None if no cell shows it.
        line: the line in that cell.
        needs: the global names that must exist when this text runs.
        calls_need: the global names that functions in this text need when they are called.
        soft: the global names that only its annotations mention.
        by: the name of what needs it.
        computed: whether the notebook computed it, rather than writing it down.
        artifact: its file, if it is an artifact.
        modules: modules that the text itself names, e.g. `numpy` in `numpy.float64(0.5)`.
        files: for setup code, the files that it reads, as it names them.
        statements: for code, the statements that it consists of.
        by_thread: for a setting, whether each thread has it of its own.
    """

    name: str
    becomes: Becomes
    source: str
    cell: int | None
    line: int = 0
    needs: frozenset[str] = frozenset()
    calls_need: frozenset[str] = frozenset()
    by: str = ""
    computed: bool = False
    artifact: Artifact | None = None
    modules: tuple[str, ...] = field(default=())
    soft: frozenset[str] = frozenset()
    files: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = ()
    by_thread: bool = False
