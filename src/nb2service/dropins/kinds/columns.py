"""scikit-learn's ColumnTransformer on a table: each column on its own, categories by look-up."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from ..columns import OffPathError, chain_of, steps_of
from ..rows import is_frame
from ..settings import usual_settings
from ..shadow import HAND_OVER, Unchanged, UnfitError

NAME = "columns"
HOLDS = True  # parts that are asked where this one hands over, or is not taken
WATCHED = ("transformers_", "sparse_output_", "feature_names_in_", "_sklearn_output_config")


def claims(value: object) -> bool:
    """Say whether the value is a ColumnTransformer that was fitted on a table."""
    module = sys.modules.get("sklearn.compose")
    if module is None or type(value) is not module.ColumnTransformer:
        return False
    return hasattr(value, "transformers_") and hasattr(value, "feature_names_in_")


def compiled(value: Any) -> Mapping[str, Any]:
    """Return the method that transforms. Raises UnfitError."""
    return {"transform": Columns(value)}


def edges(value: Any) -> Mapping[int, Sequence[float]]:
    """Return nothing: categories are tried by their kind."""
    return {}


class Columns:
    """Makes each block of columns of a table, then puts them side by side."""

    def __init__(self, value: Any) -> None:
        import numpy as np

        self._np, self._usual = np, usual_settings(value)
        if value.sparse_output_ or value.transformer_weights:
            raise UnfitError
        names = [*value.feature_names_in_]
        places = value._transformer_to_input_indices
        self._blocks = []
        held: list[Any] = []
        for label, transformer, columns in value.transformers_:
            chosen = [names[at] for at in places[label]]
            if (isinstance(transformer, str) and transformer == "drop") or not chosen:
                continue
            if np.isscalar(columns):
                raise UnfitError  # the transformer gets a Series
            self._blocks.append((chosen, chain_of(transformer)))
            held += [
                step for step in (transformer, *steps_of(transformer)) if hasattr(step, "__dict__")
            ]
        if not any(chain.floats for _, chain in self._blocks):
            raise UnfitError
        # A step may be fitted again behind the back of its ColumnTransformer.
        self._unchanged = Unchanged(held)
        self._wanted = {name for chosen, _ in self._blocks for name in chosen}

    def __call__(self, given: Any) -> Any:
        """Return the answer to what was given, or HAND_OVER."""
        if not is_frame(given) or not len(given) or not self._usual() or not self._unchanged():
            return HAND_OVER
        columns = {name: series for name, series in given.items() if name in self._wanted}
        # Two columns of one name are one in the dict.
        if len(columns) != len(self._wanted) or not given.columns.is_unique:
            return HAND_OVER
        try:
            made = [chain([columns[name] for name in chosen]) for chosen, chain in self._blocks]
        except OffPathError:
            return HAND_OVER
        return self._np.hstack(made)
