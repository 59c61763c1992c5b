"""scikit-learn's forests, walked without joblib and without validating the rows for every tree."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from ..rows import Rows
from ..shadow import HAND_OVER, UnfitError

NAME = "forest"
WATCHED = ("estimators_", "n_classes_", "n_outputs_", "n_features_in_", "feature_names_in_")
_CLASSES = (
    "RandomForestClassifier",
    "RandomForestRegressor",
    "ExtraTreesClassifier",
    "ExtraTreesRegressor",
)
# So many rows times trees are walked at once in one tree made of all of them; so large may it be.
_AT_ONCE, _NODES = 4000, 200_000


def claims(value: object) -> bool:
    """Say whether the value is a fitted forest with one output."""
    ensemble = sys.modules.get("sklearn.ensemble")
    if ensemble is None or not any(type(value) is getattr(ensemble, name) for name in _CLASSES):
        return False
    return bool(getattr(value, "estimators_", ())) and getattr(value, "n_outputs_", 0) == 1


def compiled(value: Any) -> Mapping[str, Any]:
    """Return the methods that walk the trees themselves."""
    method = "predict_proba" if hasattr(value, "n_classes_") else "predict"
    return {method: Walk(value, method)}


def edges(value: Any) -> Mapping[int, Sequence[float]]:
    """Return the thresholds of the splits, by column."""
    found: dict[int, list[float]] = {}
    for one in value.estimators_:
        tree = one.tree_
        inner = tree.children_left >= 0
        for column, threshold in zip(tree.feature[inner], tree.threshold[inner], strict=True):
            found.setdefault(int(column), []).append(float(threshold))
    return found


class Walk:
    """Walks the trees in their order, which is the order of the sum."""

    def __init__(self, value: Any, method: str) -> None:
        import numpy as np

        self._np = np
        self._trees = [one.tree_ for one in value.estimators_]
        self._width = int(value.n_features_in_)
        self._columns = int(value.n_classes_) if method == "predict_proba" else 1
        self._flat = method == "predict"
        self._rows = Rows(self._width, getattr(value, "feature_names_in_", None), warns=True)
        self.heard = self._rows.heard
        self._gaps = bool(value.estimators_[0]._support_missing_values(np.zeros((1, self._width))))
        self._one = None
        if sum(tree.node_count for tree in self._trees) <= _NODES:
            self._one = one_tree(self._trees, self._width)
            self._values = np.ascontiguousarray(self._one.value[:, 0, : self._columns])
            self._numbers: Any = np.arange(len(self._trees), dtype=np.float32)[:, None]

    def __call__(self, given: Any) -> Any:
        """Return the answer to what was given, or HAND_OVER."""
        rows = self._rows.read(given)
        if rows is None:
            return HAND_OVER
        np = self._np
        with np.errstate(all="ignore"):
            rows = rows.astype(np.float32, order="C")
        if not np.isfinite(rows).all() and (not self._gaps or np.isinf(rows).any()):
            return HAND_OVER
        total = self._at_once(rows) if self._fits(rows) else self._one_by_one(rows)
        total /= len(self._trees)
        return total[:, 0] if self._flat else total

    def _fits(self, rows: Any) -> bool:
        return self._one is not None and len(rows) * len(self._trees) <= _AT_ONCE

    def _at_once(self, rows: Any) -> Any:
        """Ask the tree of all trees, whose last column says in which of them to go on."""
        assert self._one is not None
        np, trees, count = self._np, len(self._trees), len(rows)
        asked = np.empty((trees, count, self._width + 1), np.float32)
        asked[:, :, :-1] = rows
        asked[:, :, -1] = self._numbers
        leaves = self._one.apply(asked.reshape(trees * count, -1))
        found = self._values[leaves].reshape(trees, count, self._columns)
        return np.add.accumulate(found, axis=0)[-1]  # one after the other; `sum` adds in pairs

    def _one_by_one(self, rows: Any) -> Any:
        total = self._np.zeros((len(rows), self._columns))
        for tree in self._trees:
            total += tree.predict(rows).reshape(len(rows), -1)[:, : self._columns]
        return total


def one_tree(trees: Sequence[Any], width: int) -> Any:
    """Return one tree of scikit-learn's that leads to each of the trees by one more column."""
    import numpy as np

    states = [tree.__getstate__() for tree in trees]
    heads = len(trees) - 1
    starts = np.cumsum([heads, *(state["node_count"] for state in states)])
    nodes = np.zeros(int(starts[-1]), states[0]["nodes"].dtype)
    values = np.zeros((len(nodes), *states[0]["values"].shape[1:]))
    for state, start in zip(states, starts, strict=False):
        end = start + state["node_count"]
        part = state["nodes"].copy()
        for side in ("left_child", "right_child"):
            part[side][part[side] >= 0] += start
        nodes[start:end], values[start:end] = part, state["values"]
    _lead(nodes, width, starts[:-1])
    shape = states[0]["values"].shape
    if shape[1] != 1:
        raise UnfitError
    made = type(trees[0])(width + 1, np.array([shape[2]], dtype=np.intp), 1)
    depth = max(state["max_depth"] for state in states) + len(trees).bit_length() + 1
    made.__setstate__(
        {"max_depth": depth, "node_count": len(nodes), "nodes": nodes, "values": values}
    )
    return made


def _lead(nodes: Any, width: int, starts: Sequence[int]) -> None:
    """Fill in the nodes that lead to the trees by halves."""
    free = iter(range(len(starts)))

    def between(low: int, high: int) -> int:
        if high - low == 1:
            return int(starts[low])
        here, middle = next(free), (low + high) // 2
        nodes["feature"][here], nodes["threshold"][here] = width, middle - 0.5
        nodes["left_child"][here] = between(low, middle)
        nodes["right_child"][here] = between(middle, high)
        return here

    between(0, len(starts))
