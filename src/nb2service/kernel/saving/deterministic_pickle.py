"""Pickle the same value to the same bytes in every run of the notebook.

Some libraries put into their pickles what belongs to one process or one moment: addresses, random
ids, the time. None of it changes an answer, and the folder `model/` must not change where the
notebook did not. For the length of a `with`, their pickles go without.
"""

import copy
import copyreg
import io
import sys
from contextlib import ExitStack, contextmanager


@contextmanager
def deterministic_pickles():
    """Let every pickler of this process write the same bytes in every run."""
    with ExitStack() as stack:
        for replaced in (_vectorizers, _catboost, _torch_storages):
            stack.enter_context(replaced())
        yield


@contextmanager
def reducing(kinds, reducer):
    """Let `reducer` reduce the values of these classes, and only of them, for a `with`."""
    before = {kind: copyreg.dispatch_table.get(kind) for kind in kinds}
    copyreg.dispatch_table.update(dict.fromkeys(before, reducer))
    try:
        yield
    finally:
        for kind, previous in before.items():
            if previous is None:
                del copyreg.dispatch_table[kind]
            else:
                copyreg.dispatch_table[kind] = previous


@contextmanager
def _vectorizers():
    """scikit-learn: the address of the stop words that were last checked."""
    text = sys.modules.get("sklearn.feature_extraction.text")
    mixin = getattr(text, "_VectorizerMixin", None)
    if mixin is None or "__getstate__" in vars(mixin):
        yield
        return

    def state(self):
        whole = dict(super(mixin, self).__getstate__())
        whole.pop("_stop_words_id", None)
        return whole

    mixin.__getstate__ = state
    try:
        yield
    finally:
        del mixin.__getstate__


@contextmanager
def _catboost():
    """CatBoost: when a model was trained, and a random id of it."""
    catboost = sys.modules.get("catboost")
    kinds = _with_subclasses(getattr(catboost, "CatBoost", None))

    def reduced(value):
        if value.is_fitted():
            value = copy.deepcopy(value)
            told = value.get_metadata()
            for key in ("model_guid", "train_finish_time"):
                if key in told.keys():  # noqa: SIM118  it is no dict
                    told[key] = ""
        return value.__reduce_ex__(4)

    with reducing(kinds, reduced):
        yield


@contextmanager
def _torch_storages():
    """PyTorch: the address of each storage. On the CPU, too, as it will be in the service."""
    torch = sys.modules.get("torch")
    if torch is None:
        yield
        return

    def reduced(value):
        data = io.BytesIO()
        torch.save(
            value.cpu(), data
        )  # the archive; what it does by itself here is older, and changes
        return torch.storage._load_from_bytes, (data.getvalue(),)

    with reducing([torch.storage.TypedStorage, torch.storage.UntypedStorage], reduced):
        yield


def _with_subclasses(kind):
    found = [] if kind is None else [kind]
    for one in found:
        found += one.__subclasses__()
    return found
