"""The formats of artifacts: what is saved in the kernel is what the service loads."""

import builtins
import json
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
import xgboost as xgb
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nb2service import places
from nb2service.formats import FORMATS, joblib_pickle, xgboost_native

RANDOM = np.random.default_rng(0)
ROWS = 100
TABLE = pd.DataFrame(
    {
        "a": RANDOM.normal(size=ROWS),
        "b": RANDOM.integers(0, 9, ROWS).astype("float32"),
        "é c": RANDOM.normal(size=ROWS),
    }
)
TABLE.iloc[::7, 0] = np.nan
CATEGORIES = TABLE.assign(k=pd.Categorical(RANDOM.choice(list("xyz"), ROWS)))
NO_NAMES = TABLE.to_numpy()
FILLED = TABLE.fillna(-999)
TWO = (TABLE["é c"] > 0).astype(int)
THREE = RANDOM.integers(0, 3, ROWS)
NUMBER = TABLE["é c"] * 2 + TABLE["b"]
NOISE = RANDOM.integers(0, 2, 50)
SMALL: dict[str, Any] = {"n_estimators": 4, "max_depth": 3, "random_state": 1, "n_jobs": 1}


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Threads of tables this small would only wait for each other."""
    with xgb.config_context(nthread=1):
        yield


def assert_same(one: Any, other: Any) -> None:
    np.testing.assert_array_equal(one, other)
    assert np.asarray(one).dtype == np.asarray(other).dtype


def single_threaded(value: Any) -> Any:
    """What the service does with each artifact when it has loaded it."""
    return runpy.run_path(str(places.template() / "model" / "threads.py"))["single_threaded"](value)


def gradients(labels: Any, margins: Any) -> tuple[Any, Any]:
    return margins - labels, np.ones_like(margins)


@pytest.fixture
def no_disk(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that Python opens; for what a library's own C++ opens, the file is gone."""
    opened: list[str] = []
    real = builtins.open

    def noting(file: Any, *args: Any, **kwargs: Any) -> Any:
        opened.append(str(file))
        return real(file, *args, **kwargs)

    monkeypatch.setattr(builtins, "open", noting)
    return opened


def round_trip(form: ModuleType, value: Any, folder: Path) -> tuple[Any, dict[str, Any]]:
    """Save twice, compare the bytes, delete the files, load from the bytes alone."""
    saved = []
    for name in ("one", "two"):
        path = folder / f"{name}{form.SUFFIX}"
        state = form.save(value, path)
        saved.append((path.read_bytes(), json.dumps(state, allow_nan=False)))
        path.unlink()
    assert saved[0] == saved[1]
    data, written = saved[0]
    return form.load(data, json.loads(written)), json.loads(written)


CLASSIFIERS = [
    pytest.param({}, TABLE, TWO, id="two classes"),
    pytest.param({}, TABLE, THREE, id="three classes"),
    pytest.param({}, NO_NAMES, TWO, id="an array without names"),
    pytest.param({"missing": -999}, FILLED, TWO, id="a number that means missing"),
    pytest.param({"enable_categorical": True}, CATEGORIES, TWO, id="categories"),
    pytest.param({"enable_categorical": True}, TABLE, TWO, id="categories allowed, none there"),
    pytest.param(
        {"learning_rate": np.float64(0.3), "max_depth": np.int64(2), "subsample": np.float32(0.5)},
        TABLE,
        TWO,
        id="NumPy numbers as parameters",
    ),
    pytest.param({"max_cat_threshold": 5}, TABLE, TWO, id="a rare parameter"),
    pytest.param({"objective": gradients}, TABLE, TWO, id="an objective of the notebook"),
    pytest.param({"booster": "dart"}, TABLE, TWO, id="dart"),
    pytest.param({"booster": "gblinear", "max_depth": None}, TABLE, TWO, id="gblinear"),
]


@pytest.mark.parametrize(("parameters", "table", "labels"), CLASSIFIERS)
def test_a_classifier(
    tmp_path: Path, parameters: dict[str, Any], table: Any, labels: Any, no_disk: list[str]
) -> None:
    model = xgb.XGBClassifier(**{**SMALL, **parameters}).fit(table, labels)
    assert xgboost_native.claims(model)
    loaded, state = round_trip(xgboost_native, model, tmp_path)
    assert_same(model.predict(table), loaded.predict(table))
    assert_same(model.predict_proba(table), loaded.predict_proba(table))
    assert_same(model.predict_proba(table[3:4]), loaded.predict_proba(table[3:4]))
    assert_same(model.classes_, loaded.classes_)
    assert model.n_features_in_ == loaded.n_features_in_
    if table is not NO_NAMES:
        assert_same(model.feature_names_in_, loaded.feature_names_in_)
    # The notebook had the machine to itself; the service decides how many threads there are.
    assert "n_jobs" not in state["params"]
    assert loaded.n_jobs is None
    assert loaded.missing == model.missing or np.isnan(model.missing)
    assert not no_disk


def test_categories_that_come_one_at_a_time(tmp_path: Path) -> None:
    model = xgb.XGBClassifier(**SMALL, enable_categorical=True).fit(CATEGORIES, TWO)
    loaded, _ = round_trip(xgboost_native, model, tmp_path)
    one = CATEGORIES.iloc[[3]].assign(k=pd.Categorical(["y"], categories=["x", "y", "z"]))
    assert_same(model.predict_proba(one), loaded.predict_proba(one))


def test_a_generator_as_random_state_is_not_drawn_from(tmp_path: Path) -> None:
    state = np.random.RandomState(3)
    model = xgb.XGBClassifier(**{**SMALL, "random_state": state}).fit(TABLE, TWO)
    before = state.get_state()[2]
    loaded, _ = round_trip(xgboost_native, model, tmp_path)
    assert state.get_state()[2] == before
    assert_same(model.predict_proba(TABLE), loaded.predict_proba(TABLE))


def test_early_stopping_keeps_its_best_iteration(tmp_path: Path) -> None:
    parameters = {**SMALL, "n_estimators": 60, "early_stopping_rounds": 2, "learning_rate": 0.9}
    model = xgb.XGBClassifier(**parameters)
    model.fit(TABLE, TWO, eval_set=[(TABLE[:50], NOISE)], verbose=False)
    loaded, _ = round_trip(xgboost_native, model, tmp_path)
    assert loaded.best_iteration == model.best_iteration < 50
    assert loaded.best_score == model.best_score
    assert_same(model.predict_proba(TABLE), loaded.predict_proba(TABLE))


@pytest.mark.parametrize("name", ["XGBRegressor", "XGBRFRegressor", "XGBRFClassifier"])
def test_the_other_estimators(tmp_path: Path, name: str) -> None:
    model = getattr(xgb, name)(**SMALL).fit(TABLE, TWO if "Class" in name else NUMBER)
    loaded, _ = round_trip(xgboost_native, model, tmp_path)
    assert type(loaded) is type(model)
    assert_same(model.predict(TABLE), loaded.predict(TABLE))


def test_a_ranker(tmp_path: Path) -> None:
    model = xgb.XGBRanker(**SMALL).fit(TABLE, THREE, qid=np.repeat(np.arange(20), 5))
    loaded, _ = round_trip(xgboost_native, model, tmp_path)
    assert_same(model.predict(TABLE), loaded.predict(TABLE))


def test_a_booster(tmp_path: Path, no_disk: list[str]) -> None:
    data = xgb.DMatrix(TABLE, TWO)
    noise = xgb.DMatrix(TABLE[:50], NOISE)
    parameters = {"objective": "binary:logistic", "nthread": 2, "eta": 0.9}
    model = xgb.train(
        parameters,
        data,
        60,
        evals=[(noise, "noise")],
        early_stopping_rounds=2,
        verbose_eval=False,
    )
    model.set_attr(note="hello")
    loaded, state = round_trip(xgboost_native, model, tmp_path)
    assert state == {"class": "Booster", "params": {}}
    assert_same(model.predict(data), loaded.predict(data))
    up_to = (0, model.best_iteration + 1)
    assert_same(
        model.predict(data, iteration_range=up_to), loaded.predict(data, iteration_range=up_to)
    )
    assert loaded.feature_names == model.feature_names == list(TABLE.columns)
    assert (loaded.best_iteration, loaded.attr("note")) == (model.best_iteration, "hello")
    assert not no_disk


class Mine(xgb.XGBClassifier):
    """A subclass may do anything in predict, so it is pickled."""


@pytest.mark.parametrize(
    ("value", "claimed"),
    [
        pytest.param(xgb.XGBClassifier(**SMALL).fit(TABLE, TWO), True, id="a fitted estimator"),
        pytest.param(xgb.XGBClassifier(), False, id="one that is not fitted yet"),
        pytest.param(Mine(**SMALL).fit(TABLE, TWO), False, id="a subclass"),
        pytest.param({"model": 1}, False, id="anything else"),
    ],
)
def test_what_xgboost_s_own_format_claims(value: Any, claimed: bool) -> None:
    assert xgboost_native.claims(value) is claimed


def test_without_xgboost_nothing_is_claimed_and_nothing_imported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = xgb.XGBClassifier(**SMALL).fit(TABLE, TWO)
    monkeypatch.delitem(sys.modules, "xgboost")
    assert not xgboost_native.claims(model)
    assert "xgboost" not in sys.modules


@pytest.mark.parametrize(
    ("form", "value", "needed"),
    [
        pytest.param(xgboost_native, xgb.XGBClassifier(), ["scikit-learn"], id="an estimator"),
        pytest.param(xgboost_native, xgb.Booster(), [], id="a Booster"),
        pytest.param(joblib_pickle, [], ["joblib"], id="a pickle"),
    ],
)
def test_requires(form: ModuleType, value: Any, needed: list[str]) -> None:
    assert form.requires(value) == needed


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"a": [1, 2.5, None], "b": ("x", {1, 2})}, id="plain"),
        pytest.param(NO_NAMES, id="an array"),
        pytest.param(CATEGORIES, id="a table"),
        pytest.param(StandardScaler().fit(FILLED), id="a scaler"),
    ],
)
def test_a_pickle(tmp_path: Path, value: Any, no_disk: list[str]) -> None:
    path = tmp_path / "value.joblib"
    no_disk.clear()
    assert joblib_pickle.claims(value)
    loaded, state = round_trip(joblib_pickle, value, tmp_path)
    read_back = [name for name in no_disk if str(tmp_path) not in name]
    assert (state, read_back, path.exists()) == ({}, [], False)
    if isinstance(value, pd.DataFrame):
        pd.testing.assert_frame_equal(loaded, value)
    elif isinstance(value, StandardScaler):
        assert_same(loaded.transform(FILLED), value.transform(FILLED))
    else:
        np.testing.assert_equal(loaded, value)


def test_estimators_in_a_pickle_run_on_one_thread(tmp_path: Path) -> None:
    forest = RandomForestClassifier(n_estimators=4, n_jobs=-1, random_state=0)
    search = GridSearchCV(
        make_pipeline(StandardScaler(), forest),
        {"randomforestclassifier__max_depth": [2, 3]},
        cv=2,
        n_jobs=1,
    ).fit(FILLED, TWO)
    booster = xgb.XGBClassifier(**SMALL).fit(FILLED, TWO)
    alone = RandomForestClassifier(n_estimators=2).fit(FILLED, TWO)
    value = {"search": search, "list": [booster, ("text", alone)], "n_jobs": 7}
    loaded = single_threaded(round_trip(joblib_pickle, value, tmp_path)[0])
    assert loaded["search"].best_estimator_[-1].n_jobs == 1  # a fitted one, which is no parameter
    assert loaded["search"].estimator[-1].n_jobs == 1
    assert loaded["list"][0].n_jobs == 1
    assert loaded["list"][1][1].n_jobs is None  # None is one thread already
    assert loaded["n_jobs"] == 7
    assert search.best_estimator_[-1].n_jobs == -1  # the notebook's own stays as it was
    assert_same(loaded["search"].predict_proba(FILLED), search.predict_proba(FILLED))
    assert_same(loaded["list"][0].predict_proba(FILLED), booster.predict_proba(FILLED))


def test_an_estimator_that_holds_itself_ends(tmp_path: Path) -> None:
    forest = RandomForestClassifier(n_estimators=2, n_jobs=2).fit(FILLED, TWO)
    forest.me_ = [forest]
    loaded = single_threaded(round_trip(joblib_pickle, forest, tmp_path)[0])
    assert loaded.me_[0] is loaded
    assert loaded.n_jobs == 1


def test_all_that_lies_there_is_a_format() -> None:
    files = {path.stem for path in places.FORMATS.glob("*.py")} - {"__init__"}
    assert {form.NAME for form in FORMATS} == files
    for form in FORMATS:
        assert form.__name__.rpartition(".")[2] == form.NAME  # the service finds it by its file
        assert form.SUFFIX.startswith(".")


@pytest.mark.parametrize(
    ("value", "name"),
    [
        pytest.param(xgb.XGBClassifier(**SMALL).fit(TABLE, TWO), "xgboost_native", id="a model"),
        pytest.param(StandardScaler(), "joblib_pickle", id="anything else"),
    ],
)
def test_the_first_format_that_claims_a_value(value: Any, name: str) -> None:
    assert next(form.NAME for form in FORMATS if form.claims(value)) == name


def test_joblib_itself_reads_what_was_saved(tmp_path: Path) -> None:
    joblib_pickle.save({"a": 1}, tmp_path / "a.joblib")
    assert joblib.load(tmp_path / "a.joblib") == {"a": 1}
