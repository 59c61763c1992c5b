"""What scikit-learn's transformers do to the columns of a table, one column after the other."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from .settings import usual_settings
from .shadow import UnfitError


class OffPathError(Exception):
    """A column with something in it that only the transformer itself judges."""


def steps_of(transformer: Any) -> list[Any]:
    """Return what does something: the transformer, or the steps of a pipeline of several."""
    if type(transformer) is not _class("sklearn.pipeline", "Pipeline"):
        return [transformer]
    usual_settings(transformer)
    return [step for _, step in transformer.steps if step not in (None, "passthrough")]


def chain_of(transformer: Any) -> Any:
    """Return what a transformer, or a pipeline of several, does to columns. Raises UnfitError."""
    steps = steps_of(transformer)
    for step in steps:
        usual_settings(step)
    if type(steps[-1]) is _class("sklearn.preprocessing", "OneHotEncoder"):
        return Codes(steps[:-1], steps[-1])
    return Numbers(steps)


class Numbers:
    """Columns of numbers, filled and scaled."""

    def __init__(self, steps: Sequence[Any]) -> None:
        import numpy as np

        self._np, self._works = np, [_work(np, step) for step in steps]
        self._works = [work for work in self._works if work is not None]
        # Untouched whole numbers stay whole, until columns of floats are beside them.
        self.floats = bool(self._works)
        self._whole = frozenset(np.dtype(code) for code in "bhilqBHI")

    def __call__(self, columns: Sequence[Any]) -> Any:
        """Return the block that is made of the columns. Raises OffPathError."""
        np = self._np
        rows = np.empty((len(columns), len(columns[0]))).T  # as pandas lays out its columns
        for at, column in enumerate(columns):
            if column.dtype != np.float64 and column.dtype not in self._whole:
                raise OffPathError
            rows[:, at] = column.to_numpy()
        if self._works and np.isinf(rows).any():
            raise OffPathError
        for work in self._works:
            rows = work(rows)
        return rows


class Codes:
    """Columns of categories as columns of zeros and ones."""

    floats = True

    def __init__(self, before: Sequence[Any], encoder: Any) -> None:
        import numpy as np

        self._np = np
        grouped = encoder.min_frequency is not None or encoder.max_categories is not None
        if encoder.drop is not None or encoder.dtype != np.float64 or grouped:
            raise UnfitError
        if encoder.handle_unknown not in ("error", "ignore") or len(before) > 1:
            raise UnfitError
        self._ignores = encoder.handle_unknown == "ignore"
        self._fill = _texts_for_nulls(before[0]) if before else None
        self._places, start = [], 0
        for categories in encoder.categories_:
            texts = categories.tolist()
            if not all(type(text) is str for text in texts):
                raise UnfitError
            self._places.append({text: start + at for at, text in enumerate(texts)})
            start += len(texts)
        self._width = start

    def __call__(self, columns: Sequence[Any]) -> Any:
        """Return the block that is made of the columns. Raises OffPathError."""
        rows = self._np.zeros((len(columns[0]), self._width))
        fills: Sequence[str | None] = self._fill or [None] * len(columns)
        for column, places, fill in zip(columns, self._places, fills, strict=True):
            for row, text in enumerate(column.tolist()):
                if type(text) is not str:
                    # Other nulls than NaN are none for SimpleImputer.
                    if fill is None or type(text) is not float or text == text:
                        raise OffPathError
                    text = fill
                place = places.get(text)
                if place is not None:
                    rows[row, place] = 1.0
                elif not self._ignores:
                    raise OffPathError
        return rows


def _work(np: Any, step: Any) -> Any:
    """Return what a step does to a block of numbers; None for nothing. Raises UnfitError."""
    kind = type(step)
    if kind is str and step == "passthrough":
        return None
    if kind is _class("sklearn.preprocessing", "FunctionTransformer") and step.func is None:
        return None
    if kind is _class("sklearn.preprocessing", "StandardScaler") and step.copy:
        return _Standard(step)
    if kind is _class("sklearn.preprocessing", "MinMaxScaler") and step.copy and not step.clip:
        return _MinMax(step)
    if kind is _class("sklearn.impute", "SimpleImputer"):
        return _Fill(np, step)
    raise UnfitError


class _Standard:
    def __init__(self, step: Any) -> None:
        self._mean = step.mean_ if step.with_mean else None
        self._scale = step.scale_ if step.with_std else None

    def __call__(self, rows: Any) -> Any:
        """Return the rows changed, in place."""
        if self._mean is not None:
            rows -= self._mean
        if self._scale is not None:
            rows /= self._scale
        return rows


class _MinMax:
    def __init__(self, step: Any) -> None:
        self._scale, self._least = step.scale_, step.min_

    def __call__(self, rows: Any) -> Any:
        """Return the rows changed, in place."""
        rows *= self._scale
        rows += self._least
        return rows


class _Fill:
    def __init__(self, np: Any, step: Any) -> None:
        values = _statistics(step)
        if values.dtype.kind != "f" or np.isnan(values).any():
            raise UnfitError  # a column without any value is dropped
        self._np, self._values = np, values

    def __call__(self, rows: Any) -> Any:
        """Return the rows changed, in place."""
        np = self._np
        missing = np.isnan(rows)
        if missing.any():
            at = np.nonzero(missing)
            rows[at] = self._values[at[1]]
        return rows


def _texts_for_nulls(step: Any) -> list[str]:
    """Return the text that stands for a null, by column. Raises UnfitError."""
    if type(step) is not _class("sklearn.impute", "SimpleImputer"):
        raise UnfitError
    values: list[str] = _statistics(step).tolist()
    if not all(type(text) is str for text in values):
        raise UnfitError
    return values


def _statistics(step: Any) -> Any:
    nan = isinstance(step.missing_values, float) and step.missing_values != step.missing_values
    if not nan or step.add_indicator or not step.copy:
        raise UnfitError
    return step.statistics_


def _class(module: str, name: str) -> Any:
    return getattr(sys.modules.get(module), name, None)
