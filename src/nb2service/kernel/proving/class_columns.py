"""Ask the classifier itself which column of the answers is which class.

The order of the columns is whatever predict makes of it: reversed, sorted, picked. So predict answers
its recorded calls once more while what the model says passes by, and each column of the answers must
be just one column of the model's.
"""

import contextlib

from ..tables.kinds import rows_of
from .deadline import Late, deadline
from .drawn_answers import as_asked, ask, service_modules

_SECONDS = 20.0
_METHODS = ("predict_proba", "decision_function", "predict_log_proba")
# Answers may be rounded to two digits; what lies nearer than so many times that is no other column.
_ROUNDED, _APART = 0.005001, 4


def class_columns(document, asking, calls, models, namespace, folder):
    """The place of each column of the answers among the model's; None if it cannot be proven.

    Args:
        document: the contract.
        asking: how predict is asked; see `drawn_answers.as_asked`.
        calls: the recorded calls.
        models: the global names of classifiers.
        namespace: the notebook's global names.
        folder: that of the service's package.
    """
    heard: list[list[float]] = []
    answers: list[list[float]] = []
    with service_modules(folder) as (contracts, inputs), contextlib.ExitStack() as spies:
        contract = contracts.Contract.from_dict(document)
        for name in models:
            spies.enter_context(_listening(namespace.get(name), heard))
        try:
            with deadline(_SECONDS):
                for call in calls:
                    answers += ask(inputs, as_asked(asking, namespace), contract, call["records"])
        except (Late, Exception):
            return None
    return _matched(answers, heard)


@contextlib.contextmanager
def _listening(model, heard):
    """Note the rows that the model's methods give while the block runs."""
    inside: list[str] = []

    def listener(name, method):
        def listen(*args, **kwargs):
            inside.append(name)
            try:
                result = method(*args, **kwargs)
            finally:
                inside.pop()
            if not inside and rows_of(result) is not None:
                heard.extend(result.tolist())
            return result

        return listen

    set_here = []
    try:
        for name in _METHODS:
            with contextlib.suppress(Exception):  # it has no such method, or lets nobody in
                setattr(model, name, listener(name, getattr(model, name)))
                set_here.append(name)
        yield
    finally:
        for name in set_here:
            delattr(model, name)


def _matched(answers, heard):
    if not answers or len(answers) != len(heard) or not isinstance(heard[0], list):
        return None
    if {len(row) for row in answers} != {len(row) for row in heard} or len({*map(len, heard)}) > 1:
        return None
    given, said = _columns(answers), _columns(heard)
    found = [_the_one(column, said) for column in given]
    return found if sorted(found, key=str) == sorted(range(len(said)), key=str) else None


def _columns(rows):
    return [list(column) for column in zip(*rows, strict=True)]


def _the_one(column, said):
    """The place of the one column that this is; None if it is none, or may be several."""
    for scale in (1.0, 100.0):
        gaps = [max(abs(a / scale - b) for a, b in zip(column, one, strict=True)) for one in said]
        near = [place for place, gap in enumerate(gaps) if gap <= _ROUNDED]
        apart = [place for place, gap in enumerate(gaps) if gap > _APART * _ROUNDED]
        if len(near) == 1 and len(apart) == len(said) - 1:
            return near[0]
        exact = [place for place, gap in enumerate(gaps) if gap <= 1e-9]
        if len(exact) == 1 and all(gap > 1e-6 for i, gap in enumerate(gaps) if i != exact[0]):
            return exact[0]
    return None
