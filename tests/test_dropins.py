"""Drop-ins: bit by bit what the estimator answers, whatever it is asked; or they stand aside."""

import copy
import json
import math
import pickle
import threading
import warnings
from functools import cache

import numpy
import pandas
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn import config_context
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    ExtraTreesClassifier,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler
from xgboost import XGBClassifier, XGBRegressor

from nb2service.dropins import walk
from nb2service.dropins.shadow import HAND_OVER, Shadow, own, stand
from nb2service.kernel.proving.faster import _outcome
from nb2service.kernel.proving.hard_rows import hard_rows

pytestmark = pytest.mark.filterwarnings("ignore")

_CHANCE = numpy.random.default_rng(4)
_ROWS = 400
NUMBERS = ["a", "b", "c", "d"]
TABLE = pandas.DataFrame(
    {
        "a": _CHANCE.normal(size=_ROWS),
        "b": _CHANCE.integers(0, 9, _ROWS),
        "c": _CHANCE.normal(size=_ROWS) * 1e6,
        "d": _CHANCE.random(_ROWS).round(1),
        "s": _CHANCE.choice(["x", "y", "z"], _ROWS),
        "t": _CHANCE.choice(["u", "v", ""], _ROWS),
    }
)
PLAIN = TABLE[NUMBERS]
GAPS = PLAIN.mask(_CHANCE.random(PLAIN.shape) < 0.1)
ARRAY = PLAIN.to_numpy()
TWO = (TABLE["a"] + TABLE["b"] / 4 + (TABLE["s"] == "x") > 1).astype(int).to_numpy()
THREE = TWO + (TABLE["d"] > 0.5).to_numpy()
AMOUNT = (TABLE["a"] * 3 + TABLE["d"]).to_numpy()


def _columns(**fill):
    numbers = make_pipeline(SimpleImputer(), StandardScaler()) if fill else StandardScaler()
    texts = OneHotEncoder(handle_unknown="ignore")
    if fill:
        texts = make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder())
    return ColumnTransformer(
        [("n", numbers, ["a", "b"]), ("p", "passthrough", ["c", "d"]), ("t", texts, ["s", "t"])]
    )


CASES = {
    "xgboost on a table": lambda: (XGBClassifier(n_estimators=20, n_jobs=1).fit(PLAIN, TWO), PLAIN),
    "xgboost on an array": lambda: (
        XGBClassifier(n_estimators=20, n_jobs=1).fit(ARRAY, TWO),
        ARRAY,
    ),
    "xgboost with gaps": lambda: (XGBClassifier(n_estimators=20, n_jobs=1).fit(GAPS, THREE), GAPS),
    "xgboost stopped early": lambda: (
        XGBRegressor(n_estimators=90, early_stopping_rounds=2, n_jobs=1).fit(
            PLAIN[:300], AMOUNT[:300], eval_set=[(PLAIN[300:], AMOUNT[300:])], verbose=False
        ),
        PLAIN,
    ),
    "forest on a table": lambda: (RandomForestClassifier(20, n_jobs=1).fit(PLAIN, TWO), PLAIN),
    "forest on an array": lambda: (RandomForestClassifier(7, n_jobs=1).fit(ARRAY, THREE), ARRAY),
    "forest of one tree": lambda: (RandomForestRegressor(1, n_jobs=1).fit(ARRAY, AMOUNT), ARRAY),
    "forest of numbers": lambda: (RandomForestRegressor(20, n_jobs=1).fit(PLAIN, AMOUNT), PLAIN),
    "forest with gaps": lambda: (RandomForestClassifier(9, n_jobs=1).fit(GAPS, TWO), GAPS),
    "extra trees": lambda: (ExtraTreesClassifier(9, n_jobs=1).fit(ARRAY, THREE), ARRAY),
    "histogram of two": lambda: (HistGradientBoostingClassifier(max_iter=20).fit(GAPS, TWO), GAPS),
    "histogram of three": lambda: (
        HistGradientBoostingClassifier(max_iter=9).fit(ARRAY, THREE),
        ARRAY,
    ),
    "histogram of numbers": lambda: (
        HistGradientBoostingRegressor(max_iter=9).fit(GAPS, AMOUNT),
        GAPS,
    ),
    "lightgbm on a table": lambda: (
        LGBMClassifier(n_estimators=9, n_jobs=1, verbose=-1).fit(GAPS, TWO),
        GAPS,
    ),
    "lightgbm of three": lambda: (
        LGBMClassifier(n_estimators=9, n_jobs=1, verbose=-1).fit(PLAIN, THREE),
        PLAIN,
    ),
    "lightgbm on an array": lambda: (
        LGBMRegressor(n_estimators=9, n_jobs=1, verbose=-1).fit(ARRAY, AMOUNT),
        ARRAY,
    ),
    "scaled forest": lambda: (
        make_pipeline(StandardScaler(), RandomForestClassifier(9, n_jobs=1)).fit(ARRAY, TWO),
        ARRAY,
    ),
    "scaled to one": lambda: (
        make_pipeline(MinMaxScaler(), XGBRegressor(n_estimators=9, n_jobs=1)).fit(PLAIN, AMOUNT),
        PLAIN,
    ),
    "columns and xgboost": lambda: (
        make_pipeline(_columns(), XGBClassifier(n_estimators=9, n_jobs=1)).fit(TABLE, TWO),
        TABLE,
    ),
    "columns, filled": lambda: (
        make_pipeline(_columns(fill=True), RandomForestClassifier(9, n_jobs=1)).fit(TABLE, TWO),
        TABLE,
    ),
}
EVERY = ("predict_proba", "predict", "transform")


@cache
def prepared(case):
    """The model of a case with all its drop-ins, what it was fitted on, and its methods' edges."""
    model, rows = CASES[case]()
    parts = walk.parts(model, walk.all_kinds())
    edges = {}
    for _, value, kind in parts:
        edges = dict(kind.edges(value)) or edges
        walk.put(value, kind, EVERY)
    for method in (m for m in EVERY if hasattr(model, m)):
        getattr(model, method)(rows[:2])  # warnings that come once
    return model, rows, edges


def slow(model, method):
    """The method of a model none of whose parts has a drop-in."""
    bare = copy.deepcopy(model)
    assert not any(isinstance(item, Shadow) for item in vars(bare).values())
    return getattr(bare, method)


@cache
def bare(case, method):
    return slow(prepared(case)[0], method)


def methods(model):
    return [m for m in ("predict_proba", "predict") if isinstance(vars(model).get(m), Shadow)]


@pytest.mark.parametrize("case", CASES)
def test_every_hard_row_is_answered_as_the_estimator_does(case):
    model, rows, edges = prepared(case)
    for method in methods(model):
        before = bare(case, method)
        asked = 0
        for hard in (rows, rows[:1], *hard_rows(rows, edges)):
            assert _outcome(getattr(model, method), hard) == _outcome(before, hard)
            asked += 1
        assert asked > 30


@pytest.mark.parametrize("case", CASES)
def test_the_drop_in_answers_what_is_usual(case):
    model, rows, _ = prepared(case)
    assert methods(model)
    for method in methods(model):
        assert vars(model)[method].answers(rows[:1])


def cells(case):
    """Values that a cell may have: of the data, at edges, and odd."""
    _, _, edges = prepared(case)
    known = [edge for of in edges.values() for edge in of if math.isfinite(edge)][:200]
    singles = [
        float(numpy.nextafter(numpy.float32(e), numpy.float32(s)))
        for e in known
        for s in (-math.inf, math.inf)
    ]
    pool = [
        *known,
        *singles,
        math.nan,
        math.inf,
        -math.inf,
        0.0,
        -0.0,
        1e39,
        5e-324,
        2.0**53 + 2,
        2.0**24 + 1,
    ]
    return st.one_of(
        st.sampled_from(pool), st.floats(width=64), st.floats(width=32), st.integers(-9, 9)
    )


TEXTS = st.one_of(
    st.sampled_from(["x", "y", "z", "u", "v", "", "?", None, math.nan, 1, True]),
    st.text(max_size=2),
)


@st.composite
def questions(draw, case):
    """What somebody might ask: a table or an array, a little or very odd."""
    _, rows, _ = prepared(case)
    count = draw(st.integers(0, 5))
    if isinstance(rows, numpy.ndarray):
        values = draw(
            st.lists(st.lists(cells(case), min_size=4, max_size=4), min_size=count, max_size=count)
        )
        array = numpy.array(values, dtype=float).reshape(count, 4)
        array = draw(
            st.sampled_from([array, numpy.asfortranarray(array), array[:, ::-1], array[:, :3]])
        )
        with numpy.errstate(all="ignore"):
            array = array.astype(draw(st.sampled_from(["f8", "f4", "f2", ">f8", "O", "i8", "?"])))
        return draw(st.sampled_from([array, array.tolist(), pandas.DataFrame(array)]))
    columns = {}
    for name in rows.columns:
        kind = TEXTS if rows[name].dtype.kind not in "iuf" else cells(case)
        columns[name] = draw(st.lists(kind, min_size=count, max_size=count))
    table = pandas.DataFrame(columns, columns=rows.columns)
    for name in rows.columns:
        wanted = draw(
            st.sampled_from([None, rows[name].dtype, "float32", "object", "bool", "string"])
        )
        try:
            table[name] = table[name] if wanted is None else table[name].astype(wanted)
        except (TypeError, ValueError, OverflowError):
            continue
    changes = [
        table,
        table[[*rows.columns[::-1]]],
        table.assign(more=1),
        table.drop(columns="b"),
        table.iloc[:, [0, *range(table.shape[1])]],
        table.to_numpy(),
        table.set_axis(range(table.shape[1]), axis=1),
    ]
    return draw(st.sampled_from(changes[:1] * 4 + changes))


@pytest.mark.parametrize("case", CASES)
@pytest.mark.random
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_is_asked_the_answer_is_the_estimators(case, data):
    model, _, _ = prepared(case)
    asked = data.draw(questions(case))
    for method in methods(model):
        assert _outcome(getattr(model, method), asked) == _outcome(bare(case, method), asked)


@pytest.mark.parametrize("case", ["forest on a table", "columns and xgboost", "histogram of two"])
def test_a_model_that_is_fitted_again_answers_anew(case):
    model, rows = CASES[case]()
    for _, value, kind in walk.parts(model, walk.all_kinds()):
        walk.put(value, kind, EVERY)
    model.fit(rows, 1 - TWO)
    assert _outcome(model.predict_proba, rows) == _outcome(slow(model, "predict_proba"), rows)


@pytest.mark.parametrize("step", ["n", "t"])
def test_a_step_of_columns_that_is_fitted_again_is_asked(step):
    model, rows = CASES["columns, filled"]()
    for _, value, kind in walk.parts(model, walk.all_kinds()):
        walk.put(value, kind, EVERY)
    columns = model[0]
    assert vars(columns)["transform"].answers(rows)
    names = {"n": ["a", "b"], "t": ["s", "t"]}[step]
    columns.named_transformers_[step].fit(rows[names].iloc[:50].mask(rows[names] == "x", "w"))
    assert not vars(columns)["transform"].answers(rows)


def test_a_step_that_is_replaced_is_asked():
    model, rows = CASES["scaled forest"]()
    for _, value, kind in walk.parts(model, walk.all_kinds()):
        walk.put(value, kind, EVERY)
    model.steps[1] = (
        "other",
        RandomForestClassifier(3, n_jobs=1, random_state=1).fit(rows, 1 - TWO),
    )
    assert _outcome(model.predict_proba, rows) == _outcome(slow(model, "predict_proba"), rows)


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, copy.copy, lambda m: pickle.loads(pickle.dumps(m))]
)
def test_a_copy_has_its_own_methods(copied):
    model, rows = CASES["forest on an array"]()
    ((_, value, kind),) = walk.parts(model, walk.all_kinds())
    before = _outcome(model.predict_proba, rows)
    walk.put(value, kind, EVERY)
    other = copied(model)
    assert not any(isinstance(item, Shadow) for item in vars(other).values())
    other.fit(rows, 2 - THREE)
    assert _outcome(other.predict_proba, rows) == _outcome(own(other, "predict_proba"), rows)
    assert _outcome(model.predict_proba, rows) == before


def test_keywords_go_to_the_estimator():
    model, rows, _ = prepared("xgboost on a table")
    wanted = own(model, "predict")(rows, output_margin=True)
    assert (model.predict(rows, output_margin=True) == wanted).all()
    assert (model.predict_proba(X=rows) == own(model, "predict_proba")(X=rows)).all()


def test_a_setting_of_scikit_learn_is_heard():
    model, rows, _ = prepared("scaled to one")
    with config_context(transform_output="pandas"):
        assert isinstance(model[0].transform(rows), pandas.DataFrame)


def test_a_warning_that_is_an_error_stays_one():
    model, rows = CASES["forest on a table"]()
    ((_, value, kind),) = walk.parts(model, walk.all_kinds())
    walk.put(value, kind, EVERY)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(2):
            with pytest.raises(UserWarning, match="valid feature names"):
                model.predict_proba(rows.to_numpy())


def test_threads_do_not_mix():
    model, rows, _ = prepared("columns and xgboost")
    wanted = [own(model, "predict_proba")(rows[at : at + 1]).tolist() for at in range(40)]
    wrong = []

    def ask(number):
        for turn in range(200):
            at = (number * 7 + turn) % 40
            if model.predict_proba(rows[at : at + 1]).tolist() != wanted[at]:
                wrong.append(at)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_what_lies_deeper_is_found_and_installed_by_its_path():
    search = GridSearchCV(RandomForestClassifier(3, n_jobs=1), {"max_depth": [3]}, cv=2).fit(
        ARRAY, TWO
    )
    root = {"models": [search]}
    found = [(path, kind.NAME) for path, _, kind in walk.parts(root, walk.all_kinds())]
    assert (["models", 0, ".best_estimator_"], "forest") in found
    entries = [
        {"kind": "forest", "at": ["models", 0, ".best_estimator_"], "methods": ["predict_proba"]}
    ]
    wanted = search.predict_proba(ARRAY)
    walk.install(root, json.loads(json.dumps(entries)))
    assert isinstance(vars(search.best_estimator_)["predict_proba"], Shadow)
    assert (search.predict_proba(ARRAY) == wanted).all()


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(lambda: RandomForestClassifier(3), id="not fitted"),
        pytest.param(
            lambda: type("Mine", (RandomForestClassifier,), {})(3).fit(ARRAY, TWO), id="a subclass"
        ),
        pytest.param(
            lambda: RandomForestRegressor(3).fit(ARRAY, numpy.array([AMOUNT, AMOUNT]).T),
            id="two outputs",
        ),
        pytest.param(lambda: StandardScaler(copy=False).fit(ARRAY), id="scales in place"),
        pytest.param(
            lambda: XGBRegressor(n_estimators=2, booster="gblinear").fit(ARRAY, AMOUNT), id="linear"
        ),
        pytest.param(
            lambda: XGBRegressor(n_estimators=2, missing=0.0).fit(ARRAY, AMOUNT),
            id="zero is missing",
        ),
        pytest.param(
            lambda: ColumnTransformer([("t", OneHotEncoder(drop="first"), ["s"])]).fit(TABLE),
            id="drops the first",
        ),
        pytest.param(
            lambda: ColumnTransformer([("p", "passthrough", ["b"])]).fit(TABLE),
            id="whole numbers alone",
        ),
    ],
)
def test_what_is_not_known_stays_as_it_is(value):
    model = value()
    parts = walk.parts(model, walk.all_kinds())
    assert not any(walk.put(one, kind, EVERY) for path, one, kind in parts if not path)


def test_a_failing_drop_in_hands_over():
    class Fails:
        def __call__(self, given):
            raise IndexError

    scaler = StandardScaler().fit(ARRAY)
    for fast in (Fails(), lambda _: HAND_OVER):
        stand(scaler, {"transform": fast}, ())
        assert isinstance(scaler.transform, Shadow)
        assert (scaler.transform(ARRAY) == own(scaler, "transform")(ARRAY)).all()
