"""Try a path: whether it gives, for every row alone, what the notebook computed for that row.

The extracted statements run on the notebook's own table. Wherever the notebook kept a version of the
same name, the two are compared, so that the first step that is not row-wise can be named. Rows that
the notebook picked (a split, a slice) are found again among the computed ones.
"""

import sys
import time

from _nb2service.alike import equal, key, plain_rows, rows_among, same, take
from _nb2service.recorder import RECORDER, encode, encode_answer, rows_of, sample
from _nb2service.strange import depends_on_others
from _nb2service.track import TRACKER, kind_of, notebook_names

# How long rows are asked for alone; the first of an even sample, the rest if time is left.
SECONDS = 3.0
FEWEST = 100


class OtherwiseError(Exception):
    """The path gives something else than the notebook did.

    Attributes:
        step: the place of the step in the path, None for the whole.
    """

    def __init__(self, why, step=None):
        super().__init__(why)
        self.step = step


def trial(path):
    """Try one path.

    Args:
        path: a dict with `input` (`event`, `name`, `columns`: those that are needed, or None, and
            `spare`: those of them that the function fills in), `frozen`
            (a list of `name`, `event`, and `held` or `place` and `nth`), `steps` (a list of `source`,
            `event`, `names`, `picks`), `helpers` and `function` (their sources), `answer` (`event`,
            `name` or `place`, and `first`: whether only the first row of it is answered).

    Returns:
        `ok`; if it is false `why` and `step`; else `rows` (of the table), `answered` (those that the
        notebook has an answer for), `alone` (those that were asked for alone) and `together` (whether
        a table of several rows gives what each alone gives).
    """
    try:
        found = _try(path)
        return {
            "ok": True,
            **{key: found[key] for key in ("rows", "answered", "alone", "together")},
        }
    except OtherwiseError as error:
        return {"ok": False, "why": str(error), "step": error.step}


def adopt(path, max_rows):
    """Give the frozen values and the function their names in the notebook; record its call.

    Returns:
        What the recorder reports of a function; see `recorder.Recorder.report`.
    """
    namespace = notebook_names()
    namespace.update(_frozen(path))
    for source in [*path["helpers"], path["function"]]:
        exec(source, namespace)  # random rows are asked of it, for the proof
    RECORDER.function = namespace[path["entry"]]
    answer, found = _answer(path), _try(path, alone=False)
    given, ids = found["given"], found["ids"]
    if ids is not None and rows_of(answer) is None:
        answer = take(found["answer"], ids)  # the notebook took it out of the answers
    one = ids is None
    asked = given if one else take(given, ids)
    picked = None if one else sample(asked, max_rows)
    if picked is not None:
        count = rows_of(asked)
        places = [int(i * count / max_rows) for i in range(max_rows)]
        call_answer = take(answer, places)
    else:
        picked, call_answer = asked, answer
    parameter = path["parameter"]
    described = {"name": parameter, "kind": "POSITIONAL_OR_KEYWORD", "annotation": ""}
    # The whole table was sent down the path: all of its rows tell what a request may hold.
    call = {"arguments": {parameter: encode(picked, given)}, "answer": encode_answer(call_answer)}
    return {"parameters": [described], "calls": [call], "seen": 1}


def _try(path, alone=True):
    given, answer = _input(path), _answer(path)
    namespace = _names(path, _copied(given))
    given, traced, ids = _traced(path, namespace, given, answer)
    if alone and rows_of(given) not in (None, 1):
        _refuse_dependent(path, given)
    given = _without(given, path["input"]["spare"])
    exec(path["function"], namespace)  # the notebook's own statements, in its own kernel
    function = namespace[path["entry"]]
    whole = _called(function, given)
    if not (equal(whole, traced) if rows_of(whole) is None else same(whole, traced)):
        raise OtherwiseError("the whole function answers otherwise than its statements")
    _refuse_deaf(function, given)
    rows = rows_of(given)
    if ids is None:
        told = {"rows": rows or 1, "answered": rows or 1, "alone": 0, "ids": None}
        return {**told, "given": given, "together": rows != 1 or _together(function, given, whole)}
    asked = _alone(function, given, whole, ids) if alone else 0
    together = rows > 1 or _together(function, given, whole)
    told = {"rows": rows, "answered": len(ids), "alone": asked, "ids": ids, "together": together}
    return {**told, "given": given, "answer": whole}


def _input(path):
    asked = path["input"]
    if asked.get("place"):
        value = TRACKER.kept[asked["event"], asked["place"]][0]
    elif asked["as_used"]:
        value = TRACKER.copies[asked["event"], asked["name"]]
    else:
        value = TRACKER.versions[asked["event"], asked["name"]]
    columns = asked.get("columns")
    if kind_of(value) == "frame":
        value = (value if columns is None else value[columns]).copy()
    return value


def _answer(path):
    asked = path["answer"]
    if asked.get("place"):
        kept = TRACKER.kept.get((asked["event"], asked["place"]))
        answer = kept[-1] if kept else None
    else:
        answer = TRACKER.versions.get((asked["event"], asked["name"]))
    if asked["first"]:
        return answer.iloc[0] if hasattr(answer, "iloc") else answer[0]
    return answer


def _without(given, spare):
    """The table of requests: without the columns that the function fills in by itself."""
    return given[[c for c in given.columns if c not in spare]] if spare else given


def _names(path, given):
    """What the statements of a path know: the notebook's names, frozen values, and what they begin at."""
    names = {**notebook_names(), **_frozen(path), path["parameter"]: given}
    for source in path["helpers"]:
        exec(source, names)
    return names


def _frozen(path):
    values = {}
    for one in path["frozen"]:
        if one.get("held"):
            values[one["name"]] = TRACKER.copies[one["event"], one["held"]]
        else:
            kept = _the_one(one["name"], TRACKER.kept[one["event"], one["place"]])
            only = one.get("only")
            values[one["name"]] = {c: kept[c] for c in only} if only is not None else kept
    return values


def _the_one(name, kept):
    """The value that a place gave each time that the statement came there."""
    value = kept[-1]
    if value is None:
        raise OtherwiseError(f"the value `{name}` is too large to keep, or cannot be copied")
    if not all(equal(value, other) for other in kept[:-1]):
        raise OtherwiseError(f"the value `{name}` was another one each time")
    return value


class _FewerRowsError(Exception):
    """Rows were dropped that a service refuses, too: the rest of the path is tried without them."""

    def __init__(self, ids, step):
        super().__init__()
        self.ids, self.step = ids, step


def _traced(path, namespace, given, answer):
    """Run the steps; return the rows that reach the end, their answers, and which the notebook has."""
    seen = -1
    while True:
        trace = _Trace(given, {**namespace, path["parameter"]: _copied(given)}, seen)
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
        try:
            exec(step["source"], self.namespace)
        except Exception as error:
            raise OtherwiseError(_said(error), number) from None
        if number <= self.seen:
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

    def answer(self, computed, answer, picked):
        """The places of the rows that the notebook's answer is about; None if it is one value."""
        rows = rows_of(self.given)
        if rows is None or rows_of(answer) is None or isinstance(answer, str):
            place = _place_of(computed, answer) if picked and rows_of(computed) == rows else None
            if place is not None:
                return [place]
            if not equal(computed, answer):
                raise OtherwiseError("the answer is not the notebook's")
            if (rows or 1) > 1:
                raise OtherwiseError("the answer is one value for the whole table")
            return None
        # Answers are alike so often that rows are only looked for by them where there is no other way.
        ids = rows_among(computed, answer, self.pool, picks=picked or self.lost)
        if ids is False:
            raise OtherwiseError("the answer is not the notebook's")
        if rows_of(computed) != rows:
            raise OtherwiseError(f"{rows} rows give {rows_of(computed)} answers")
        return list(range(rows)) if ids is None else ids

    def _compare(self, number, name, made, kept, picks):
        ids = rows_among(made, kept, self.pool, picks=bool(picks) or self.lost)
        if ids is False:
            raise OtherwiseError(f"`{name}` is not what the notebook computed", number)
        if not any(ids is known for known in self.pool):
            self.pool.insert(0, ids)
            if picks == "content" and ids is not None:
                _refuse_lost(self.given, ids, number)
                raise _FewerRowsError(ids, number)
        return True


def _place_of(computed, answer):
    """The row whose answer the notebook took out of those for all rows; None without one."""
    return next((i for i, one in enumerate(plain_rows(computed)) if equal(one, [answer])), None)


def _refuse_lost(given, ids, number):
    """Refuse a drop of rows by their content, unless the contract will refuse such rows, too."""
    rows, kept = rows_of(given), set(ids or ())
    lost = [i for i in range(rows) if i not in kept]
    if ids is None or not lost or kind_of(given) != "frame":
        return
    null = given.isna().to_numpy()
    sometimes = null[list(ids)].any(axis=0)
    refused = (null[lost] & ~sometimes).any(axis=1)
    rest = [i for i, is_refused in zip(lost, refused, strict=True) if not is_refused]
    if rest:
        served = {key(row) for row in plain_rows(given.iloc[list(ids)])}
        left = zip(rest, plain_rows(given.iloc[rest]), strict=True)
        rest = [i for i, row in left if key(row) not in served]
    if rest:
        raise OtherwiseError(
            f"{len(rest)} of {rows} rows are dropped by what they hold, so that the notebook has no "
            "answer for such rows",
            number,
        )


def _refuse_deaf(function, given):
    """Refuse a function that answers no rows: what it answers does not come from its input."""
    if rows_of(given) is None:
        return
    try:
        answer = _called(function, take(given, []))
    except OtherwiseError:
        return
    if rows_of(answer):
        raise OtherwiseError("the answer is there without any row: it does not come from it")


def _alone(function, given, whole, ids):
    """Ask for rows alone, as a service is asked; return for how many that the notebook answered.

    Where these are few, others of the table are asked for, too.
    """
    until = time.monotonic() + SECONDS
    answered = set(ids)
    others = [i for i in range(rows_of(given)) if i not in answered]
    order = [*_evenly(ids), *_evenly(others)[: max(0, FEWEST - len(ids))]]
    for asked, i in enumerate(order):
        if asked >= FEWEST and time.monotonic() > until:
            return min(asked, len(ids))
        try:
            alone = _called(function, take(given, [i]))
        except OtherwiseError as error:
            raise OtherwiseError(f"row {i + 1} alone fails ({error})") from None
        expected = take(whole, [i])
        if not same(alone, expected):
            raise OtherwiseError(
                f"row {i + 1} alone gives {_short(alone)}, in the table {_short(expected)}"
            )
    return len(ids)


def _together(function, given, whole):
    """Whether a table of several rows gives what each row alone gives, tried on changed copies.

    The notebook has one row only, so that nothing of it tells.
    """
    if rows_of(whole) != 1:
        return True  # one value for the whole table: a service asks row by row anyway
    rows, answers = [given], [whole]
    for factor, more in ((2, 1), (-1, -1), (0, 0), (1, 100), (1, -100), (100, 10_000)):
        changed = _changed(given, factor, more)
        try:
            answers.append(_called(function, changed))
            rows.append(changed)
        except OtherwiseError:
            continue
    try:
        both = _called(function, _joined([given, *rows]))
    except OtherwiseError:
        return False
    expected = [whole, *answers]
    return rows_of(both) == len(expected) and all(
        same(take(both, [i]), one) for i, one in enumerate(expected)
    )


def _changed(given, factor, more):
    """A table with other numbers in it."""
    if kind_of(given) == "frame":
        changed = given.copy()
        for column in changed.columns:
            if changed[column].dtype.kind in "if":
                changed[column] = changed[column] * factor + more
        return changed
    if isinstance(given, list):
        numbers = (int, float)
        return [
            [v * factor + more if type(v) in numbers else v for v in row]
            if isinstance(row, list)
            else (row * factor + more if type(row) in numbers else row)
            for row in given
        ]
    is_number = getattr(getattr(given, "dtype", None), "kind", "") in "if"
    return given * factor + more if is_number and not hasattr(given, "tocsr") else given


def _joined(tables):
    """One table of the rows of several."""
    if isinstance(tables[0], list):
        return [row for table in tables for row in table]
    if hasattr(tables[0], "iloc"):
        return sys.modules["pandas"].concat(tables, ignore_index=True)
    if hasattr(tables[0], "tocsr"):
        return sys.modules["scipy.sparse"].vstack(tables).tocsr()
    return sys.modules["numpy"].concatenate(tables)


def _evenly(places):
    """The places in another order: an even sample of them first."""
    step = max(1, len(places) // FEWEST)
    return [*places[::step], *(i for at, i in enumerate(places) if at % step)]


def _refuse_dependent(path, given):
    """Refuse a path that prepares rows unlike the notebook's by the rows beside them."""
    steps = [(step["source"], step["names"]) for step in path["steps"]]

    found = depends_on_others(given, steps, lambda table: _names(path, table))
    if found is not None:
        number, name = found
        why = f"a row unlike the others gives another `{name}` alone than among them"
        raise OtherwiseError(why, number)


def _called(function, given):
    given = _copied(given)
    if kind_of(given) in ("frame", "series"):
        given = given.reset_index(drop=True)
    try:
        return function(given)
    except Exception as error:
        raise OtherwiseError(_said(error)) from None


def _copied(value):
    if isinstance(value, list):
        return [list(row) if isinstance(row, list) else row for row in value]
    return value.copy() if hasattr(value, "copy") else value


def _said(error):
    """An exception in one short line."""
    text = " ".join(f"{type(error).__name__}: {error}".split())
    return text if len(text) <= 160 else text[:157] + "..."


def _short(value):
    text = " ".join(str(value.tolist() if hasattr(value, "tolist") else value).split())
    return text if len(text) <= 60 else text[:57] + "..."
