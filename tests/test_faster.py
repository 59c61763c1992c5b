"""Which drop-ins are taken: those that answer every call and every hard row as the estimator does."""

import sys
import types

import numpy
import pandas
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nb2service.dropins import walk
from nb2service.dropins.kinds import forest
from nb2service.dropins.shadow import Shadow
from nb2service.kernel.proving.faster import faster

ROWS = numpy.random.default_rng(3).normal(size=(200, 3))
LABELS = (ROWS[:, 0] + ROWS[:, 1] > 0).astype(int)
CALLS = [{"records": [row.tolist()]} for row in ROWS[:5]] + [{"records": ROWS[5:20].tolist()}]


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch):
    """A loaded artifact, as `model.predict` has it."""
    module = types.ModuleType("model.predict")
    module.model = make_pipeline(StandardScaler(), RandomForestClassifier(5, n_jobs=1)).fit(
        ROWS, LABELS
    )
    monkeypatch.setitem(sys.modules, "model.predict", module)
    return module.model


def asked(model, method="predict_proba"):
    return lambda records: getattr(model, method)(numpy.array(records)).tolist()


def kinds_of(found):
    return {entry["kind"]: entry["methods"] for entry in found.get("model.joblib", ())}


def test_all_parts_that_the_calls_reach_are_taken(model):
    found = faster(asked(model), ["model.joblib"], CALLS, 60)
    assert kinds_of(found) == {
        "scaler": ["transform"],
        "forest": ["predict_proba"],
        "pipeline": ["predict_proba"],
    }
    assert all(entry["compared"] > 15 for entry in found["model.joblib"])
    assert [entry["at"] for entry in found["model.joblib"]][-1] == []


def test_a_method_that_no_call_reaches_stays(model):
    found = faster(asked(model[1]), ["model.joblib"], CALLS, 60)
    assert kinds_of(found) == {"forest": ["predict_proba"]}


def wrong_at_a_split(self, given):
    """A drop-in that is wrong where a value equals a threshold, which no recorded row does."""
    answers = _RIGHT(self, given)
    edges = [edge for of in forest.edges(self.told).values() for edge in of]
    if isinstance(given, numpy.ndarray) and numpy.isin(given, edges).any():
        answers = answers + 1e-16
    return answers


_RIGHT = forest.Walk.__call__


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(wrong_at_a_split, id="at a split"),
        pytest.param(lambda self, given: _RIGHT(self, given) + 1e-12, id="everywhere, a little"),
        pytest.param(lambda self, given: _RIGHT(self, given).astype("float32"), id="another dtype"),
        pytest.param(
            lambda self, given: numpy.asfortranarray(_RIGHT(self, given)), id="another layout"
        ),
        pytest.param(lambda self, given: numpy.ones((len(given), 2)), id="where the model refuses"),
    ],
)
def test_one_difference_is_enough_to_stay(model, monkeypatch, wrong):
    before = forest.Walk.__init__

    def remember(self, value, method):
        before(self, value, method)
        self.told = value

    monkeypatch.setattr(forest.Walk, "__init__", remember)
    monkeypatch.setattr(forest.Walk, "__call__", wrong)
    assert "forest" not in kinds_of(faster(asked(model[1]), ["model.joblib"], CALLS, 60))
    assert not any(isinstance(item, Shadow) for item in vars(model[1]).values())


def test_one_that_always_hands_over_is_not_taken(model):
    model[1].feature_names_in_ = ["a", "b", "c"]
    table = pandas.DataFrame(ROWS, columns=["a", "b", "c"]).astype("Float64")
    found = faster(
        lambda _: model[1].predict_proba(table).tolist(), ["model.joblib"], CALLS[:1], 60
    )
    assert kinds_of(found) == {}


def test_without_time_there_are_none(model):
    assert faster(asked(model), ["model.joblib"], CALLS, 0.01) == {}
    assert not any(isinstance(i, Shadow) for part in (model, *model) for i in vars(part).values())


def test_calls_that_answer_otherwise_keep_all_as_it_is(model):
    def sees_it(records):
        return [type(vars(model[1]).get("predict_proba")).__name__, *asked(model)(records)]

    assert faster(sees_it, ["model.joblib"], CALLS, 60) == {}


def test_every_kind_says_what_it_must():
    for kind in walk.all_kinds():
        assert kind.__name__.rpartition(".")[2] == kind.NAME
        assert isinstance(kind.WATCHED, tuple)
        assert not kind.claims(object())
        assert not kind.claims(RandomForestClassifier)
