"""Try a path: whether it gives, for every row alone, what the notebook computed for that row.

The extracted statements run on the notebook's own table. Wherever the notebook kept a version of the
same name, the two are compared, so that the first step that is not row-wise can be named. Rows that
the notebook picked (a split, a slice) are found again among the computed ones.
"""

from ..notebook import notebook_names
from ..recording.encode import encode, encode_answer
from ..recording.recorder import RECORDER, sample
from ..tables.equality import equal, same
from ..tables.kinds import kind_of, rows_of
from ..tables.rows import take
from ..tracking.tracker import TRACKER
from .call import OtherwiseError, called, copied
from .feature_names import with_names
from .outlier_rows import depends_on_others
from .row_independence import alone, refuse_input_independent, together
from .stepwise import traced


def trial(path):
    """Try one path.

    Args:
        path: a dict with `input` (`event`, `name`, `columns`: those that are needed, or None, and
            `spare`: those of them that the function fills in), `frozen`
            (a list of `name`, `event`, and `held` or `place` and `nth`), `steps` (a list of `source`,
            `event`, `names`, `picks`, `stops`),
            `helpers` and `function` (their sources), `answer` (`event`,
            `name` or `place`, and `first`: whether only the first row of it is answered).

    Returns:
        `ok`; if it is false `why`, `step` and `elsewhere` (see `call.OtherwiseError`); else `rows` (of
        the table), `answered` (those that the notebook has an answer for), `alone` (those that were
        asked for alone) and `together` (whether a table of several rows gives what each alone gives).
    """
    try:
        found = _try(path)
        return {
            "ok": True,
            **{key: found[key] for key in ("rows", "answered", "alone", "together")},
        }
    except OtherwiseError as error:
        elsewhere = error.elsewhere
        return {"ok": False, "why": str(error), "step": error.step, "elsewhere": elsewhere}


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
    answer, found = _answer(path), _try(path, ask_alone=False)
    given, ids = found["given"], found["ids"]
    if ids is not None and rows_of(answer) != len(ids):
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
    argument = with_names(encode(picked, given), path["given_to"], parameter, namespace)
    call = {"arguments": {parameter: argument}, "answer": encode_answer(call_answer)}
    return {"parameters": [described], "calls": [call], "seen": 1}


def _try(path, ask_alone=True):
    given, answer = _input(path), _answer(path)
    namespace = _names(path, copied(given))
    given, computed, ids = traced(path, namespace, given, answer)
    if ask_alone and rows_of(given) not in (None, 1):
        _refuse_dependent(path, given)
    given = _without(given, path["input"]["spare"])
    exec(path["function"], namespace)  # the notebook's own statements, in its own kernel
    function = namespace[path["entry"]]
    whole = called(function, given)
    if not (equal(whole, computed) if rows_of(whole) is None else same(whole, computed)):
        raise OtherwiseError("the whole function answers otherwise than its statements")
    refuse_input_independent(function, given)
    rows = rows_of(given)
    if ids is None:
        told = {"rows": rows or 1, "answered": rows or 1, "alone": 0, "ids": None}
        return {**told, "given": given, "together": rows != 1 or together(function, given, whole)}
    asked = alone(function, given, whole, ids) if ask_alone else 0
    told = {"rows": rows, "answered": len(ids), "alone": asked, "ids": ids}
    told["together"] = rows > 1 or together(function, given, whole)
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
    if answer is None:
        raise OtherwiseError("the answer is too large to keep, or cannot be copied")
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


def _refuse_dependent(path, given):
    """Refuse a path that prepares rows unlike the notebook's by the rows beside them."""
    steps = [(step["source"], step["names"], step["columns"]) for step in path["steps"]]

    found = depends_on_others(given, steps, lambda table: _names(path, table))
    if found is not None:
        number, name = found
        why = f"a row unlike the others gives another `{name}` alone than among them"
        raise OtherwiseError(why, number)
