"""Run a path step by step, and compare each with what the notebook kept of it.

The first step that is not row-wise can be named so. Rows that the notebook picked (a split, a slice) are
found again among the computed ones.
"""

from ..tables.equality import equal
from ..tables.kinds import kind_of, rows_of
from ..tables.rows import plain_rows, rows_among, take
from ..tracking.tracker import TRACKER
from .call import OtherwiseError, copied, said


class _FewerRowsError(Exception):
    """Rows were dropped that a service refuses, too: the rest of the path is tried without them."""

    def __init__(self, ids, step):
        super().__init__()
        self.ids, self.step = ids, step


def traced(path, namespace, given, answer):
    """Run the steps; return the rows that reach the end, their answers, and which the notebook has."""
    seen = -1
    while True:
        trace = _Trace(given, {**namespace, path["parameter"]: copied(given)}, seen)
        try:
            for number, step in enumerate(path["steps"]):
                trace.step(number, step)
        except _FewerRowsError as fewer:
            given, seen = take(given, fewer.ids), fewer.step
            continue
        computed = trace.namespace[path["result"]]
        return given, computed, trace.answer(computed, answer, bool(path["steps"][-1]["picks"]))


class _Trace:
    """Runs the steps one by one and compares what they make with what the notebook kept.

    Attributes:
        pool: the picks so far, the newest first: places of rows, None for all of them.
        seen: the last step that needs no comparison any more.
        lost: whether rows were picked that nothing was compared with: they are looked for later.
    """

    def __init__(self, given, namespace, seen):
        self.given, self.namespace, self.seen = given, namespace, seen
        self.pool, self.lost = [None], False

    def step(self, number, step):
        """Run one step."""
        before = dict(self.namespace)
        try:
            exec(step["source"], self.namespace)
        except Exception as error:
            if step["stops"] or not hasattr(error, "left_out"):
                raise OtherwiseError(said(error), number) from None  # the notebook went on
            self._leave_out(number, step, before, error)
        if number <= self.seen:
            self.lost = self.lost or bool(step["picks"])
            return
        compared = False
        for name in step["names"]:
            kept = TRACKER.versions.get((step["event"], name))
            if kept is not None and name in self.namespace:
                made = self.namespace[name]
                if step["columns"] and kind_of(made) == kind_of(kept) == "frame":
                    made, kept = made[step["columns"]], kept[step["columns"]]
                compared = self._compare(number, name, made, kept, step["picks"])
        self.lost = self.lost or (bool(step["picks"]) and not compared)

    def _leave_out(self, number, step, before, error):
        """Go on without the rows that the notebook leaves out here: each is asked about alone."""
        rows = rows_of(self.given) or 0
        tables = {n: v for n, v in before.items() if n in step["uses"] and rows_of(v) == rows}
        kept = [i for i in range(rows) if _passes(step["source"], before, tables, i)]
        if not kept or len(kept) == rows:
            raise OtherwiseError(said(error), number) from None
        raise _FewerRowsError(kept, number - 1) from None

    def answer(self, computed, answer, picked):
        """The places of the rows that the notebook's answer is about; None if it is one value."""
        rows = rows_of(self.given)
        if picked and rows_of(computed) == rows and _is_one_of(answer, computed):
            place = _place_of(computed, answer)
            if place is not None:
                return [place]
        if rows is None or rows_of(answer) is None or isinstance(answer, str):
            if not equal(computed, answer):
                raise OtherwiseError("the answer is not the notebook's")
            if (rows or 1) > 1:
                raise OtherwiseError("the answer is one value for the whole table")
            return None
        if rows == 1 != rows_of(computed) and equal(computed, answer):
            return None  # one value for the record, such as its probabilities
        # Answers are alike so often that rows are only looked for by them where there is no other way.
        ids = rows_among(computed, answer, self.pool, picks=picked or self.lost)
        if ids is False:
            raise OtherwiseError("the answer is not the notebook's")
        if rows_of(computed) != rows:
            raise OtherwiseError(f"{rows} rows give {rows_of(computed)} answers")
        return list(range(rows)) if ids is None else ids

    def _compare(self, number, name, made, kept, picks):
        if picks and _is_one_of(kept, made):
            return False
        ids = rows_among(made, kept, self.pool, picks=bool(picks) or self.lost)
        if ids is False:
            raise OtherwiseError(f"`{name}` is not what the notebook computed", number)
        if not any(ids is known for known in self.pool):
            self.pool.insert(0, ids)
        return True


def _passes(source, before, tables, row):
    """Whether a row alone is not left out by a step."""
    namespace = {**before, **{name: copied(take(table, [row])) for name, table in tables.items()}}
    try:
        exec(source, namespace)
    except Exception as error:
        return not hasattr(error, "left_out")
    return True


def _place_of(computed, answer):
    """The row whose answer the notebook took out of those for all rows; None without one."""
    wanted = answer if _dimensions(answer) else [answer]
    return next((i for i, one in enumerate(plain_rows(computed)) if equal(one, wanted)), None)


def _is_one_of(answer, computed):
    """Whether it may be one row that was taken out of the rows: `model.predict_proba(X)[0]`."""
    return _dimensions(computed) == _dimensions(answer) + 1


def _dimensions(value):
    return getattr(value, "ndim", 1 if isinstance(value, list) else 0)
