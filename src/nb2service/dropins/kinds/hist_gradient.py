"""scikit-learn's histogram gradient boosting, all trees walked in one call."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from ..rows import Rows
from ..shadow import HAND_OVER, UnfitError

NAME = "hist_gradient"
WATCHED = (
    "_predictors",
    "_baseline_prediction",
    "_bin_mapper",
    "_preprocessor",
    "_loss",
    "classes_",
)
_CLASSES = ("HistGradientBoostingClassifier", "HistGradientBoostingRegressor")
_AT_ONCE, _NODES = 8000, 500_000


def claims(value: object) -> bool:
    """Say whether the value is fitted and has no categorical features."""
    module = sys.modules.get("sklearn.ensemble")
    if module is None or not any(type(value) is getattr(module, name) for name in _CLASSES):
        return False
    return bool(getattr(value, "_predictors", ())) and value._preprocessor is None  # type: ignore[attr-defined]


def compiled(value: Any) -> Mapping[str, Any]:
    """Return the methods that walk the trees themselves. Raises UnfitError."""
    walk = Walk(value)
    if hasattr(value, "predict_proba"):
        return {
            "predict_proba": Answer(value, walk, "proba"),
            "predict": Answer(value, walk, "label"),
        }
    return {"predict": Answer(value, walk, "number")}


def edges(value: Any) -> Mapping[int, Sequence[float]]:
    """Return the thresholds of the splits, by column."""
    found: dict[int, list[float]] = {}
    for predictors in value._predictors:
        for one in predictors:
            nodes = one.nodes[one.nodes["is_leaf"] == 0]
            for column, edge in zip(nodes["feature_idx"], nodes["num_threshold"], strict=True):
                found.setdefault(int(column), []).append(float(edge))
    return found


class Walk:
    """Gives the sums of the trees, which the estimator makes its answers of."""

    def __init__(self, value: Any) -> None:
        import numpy as np

        self._np = np
        self._width = int(value.n_features_in_)
        self._rows = Rows(self._width, getattr(value, "feature_names_in_", None), warns=True)
        self._baseline, self._outputs = value._baseline_prediction, value.n_trees_per_iteration_
        trees = [one for predictors in value._predictors for one in predictors]
        if any(one.nodes["is_categorical"].any() for one in trees):
            raise UnfitError
        nodes = sum(len(one.nodes) for one in trees)
        if nodes > _NODES:
            raise UnfitError
        self._count = len(trees)
        self._numbers: Any = np.arange(self._count, dtype=np.float64)[:, None]
        made = type(trees[0])(one_tree(trees, self._width), *_bitsets(trees[0]))
        known, places = value._bin_mapper.make_known_categories_bitsets()
        places = np.append(places, np.zeros(1, places.dtype))
        self._tree: Any = made
        self._known, self._places = known, places

    def read(self, given: Any) -> Any:
        """Return the rows as the trees want them; None where in doubt."""
        rows = self._rows.read(given)
        if rows is None or len(rows) * self._count > _AT_ONCE:
            return None
        return rows.astype(self._np.float64, copy=False)

    def heard(self, given: Any) -> None:
        """Note what the estimator has answered and warned of."""
        self._rows.heard(given)

    def sums(self, rows: Any) -> Any:
        """Return the sum of the trees for each row and output."""
        np, count = self._np, len(rows)
        asked = np.empty((self._count, count, self._width + 1))
        asked[:, :, :-1] = rows
        asked[:, :, -1] = self._numbers
        leaves = self._tree.predict(
            asked.reshape(self._count * count, -1), self._known, self._places, 1
        )
        turns = leaves.reshape(self._count // self._outputs, self._outputs, count)
        first = np.zeros((1, self._outputs, count)) + self._baseline.reshape(1, -1, 1)
        return np.add.accumulate(np.concatenate([first, turns]), axis=0)[-1].T


class Answer:
    """Makes answers of sums, as the estimator does."""

    def __init__(self, value: Any, walk: Walk, kind: str) -> None:
        import numpy as np

        self._np, self._walk, self._kind = np, walk, kind
        self._loss, self._classes = value._loss, getattr(value, "classes_", None)
        self.heard = walk.heard

    def __call__(self, given: Any) -> Any:
        """Return the answer to what was given, or HAND_OVER."""
        rows, np = self._walk.read(given), self._np
        if rows is None:
            return HAND_OVER
        sums = self._walk.sums(rows)
        if self._kind == "proba":
            return self._loss.predict_proba(sums)
        if self._kind == "number":
            return self._loss.link.inverse(sums.ravel())
        if sums.shape[1] == 1:
            return self._classes[(sums.ravel() > 0).astype(int)]  # type: ignore[index]
        return self._classes[np.argmax(sums, axis=1)]  # type: ignore[index]


def one_tree(trees: Sequence[Any], width: int) -> Any:
    """Return the nodes of one tree that leads to each of the trees by one more column."""
    import numpy as np

    heads = len(trees) - 1
    starts = np.cumsum([heads, *(len(one.nodes) for one in trees)])
    nodes = np.zeros(int(starts[-1]), trees[0].nodes.dtype)
    for one, start in zip(trees, starts, strict=False):
        part = one.nodes.copy()
        inner = part["is_leaf"] == 0
        for side in ("left", "right"):
            part[side][inner] += np.asarray(start, part[side].dtype)
        nodes[start : start + len(part)] = part
    _lead(nodes, width, starts[:-1])
    return nodes


def _lead(nodes: Any, width: int, starts: Any) -> None:
    """Fill in the nodes that lead to the trees by halves."""
    free = iter(range(len(starts)))

    def between(low: int, high: int) -> int:
        if high - low == 1:
            return int(starts[low])
        here, middle = next(free), (low + high) // 2
        nodes["feature_idx"][here], nodes["num_threshold"][here] = width, middle - 0.5
        nodes["left"][here] = between(low, middle)
        nodes["right"][here] = between(middle, high)
        return here

    between(0, len(starts))


def _bitsets(tree: Any) -> tuple[Any, Any]:
    return tree.binned_left_cat_bitsets, tree.raw_left_cat_bitsets
