"""What in the code explains a finding of the proof."""

import pytest

from nb2service.proving.causes import causes

# Tables of one row each: code, and the kind and the start of what is seen in it.
SEEN = [
    pytest.param("return pd.get_dummies(x)", "batch", "pd.get_dummies in line 3", id="dummies"),
    pytest.param("return s.fit_transform(x)", "batch", "s.fit_transform in line 3", id="a fit"),
    pytest.param("return pd.qcut(x, 4)", "batch", "pd.qcut in line 3", id="quantiles"),
    pytest.param("return pd.cut(x, bins=3)", "batch", "pd.cut in line 3", id="bins of the data"),
    pytest.param("return x - x.mean()", "aggregate", "x.mean in line 3", id="a mean"),
    pytest.param("return x.shift(1)", "aggregate", "x.shift in line 3", id="the row before"),
    pytest.param("known[x] = 1", "state", "`known` in line 3 is changed", id="an entry"),
    pytest.param("known.update(x)", "state", "`known.update` in line 3 changes", id="an update"),
    pytest.param("del known[x]", "state", "`known` in line 3 is changed", id="a deletion"),
    pytest.param("model.last = x", "state", "`model` in line 3 is changed", id="an attribute"),
    pytest.param("global n; n += x", "state", "`n` in line 3 is changed", id="a global"),
    pytest.param("return np.random.normal()", "chance", "np.random.normal in line 3", id="noise"),
    pytest.param("return uuid.uuid4().hex", "chance", "uuid.uuid4 in line 3 is", id="an id"),
    pytest.param("return datetime.now()", "chance", "datetime.now in line 3", id="the time"),
]
NOTHING = [
    pytest.param("return pd.cut(x, [0, 1, 2])", id="fixed bins"),
    pytest.param("return x.sum(axis=1)", id="along each row"),
    pytest.param(
        "return table.mean() + table.groupby('k').size()[x]", id="a table of the notebook"
    ),
    pytest.param("known = {}; known[x] = 1; return known", id="a dict of its own"),
    pytest.param("return scaler.transform(x)", id="a transform"),
]


@pytest.mark.parametrize(("line", "kind", "text"), SEEN)
def test_seen(line: str, kind: str, text: str) -> None:
    (cause,) = causes(
        f"known, model, table = {{}}, M(), T()\ndef predict(x):\n    {line}", "line {}".format
    )
    assert (cause.kind, cause.text[: len(text)]) == (kind, text)


@pytest.mark.parametrize("line", NOTHING)
def test_nothing_to_see(line: str) -> None:
    code = f"known, scaler, table = {{}}, S(), T()\ndef predict(x):\n    {line}"
    assert causes(code, "line {}".format) == []


def test_training_is_no_prediction() -> None:
    code = (
        "class Scaler:\n    def fit(self, x):\n        self.mean = x.mean()\n        return self\n"
    )
    assert causes(code, "line {}".format) == []


def test_a_cache_is_a_state() -> None:
    code = "from functools import cache\n@cache\ndef known(x):\n    return x\n"
    assert [c.text for c in causes(code, "line {}".format)] == ["`@cache` in line 2 keeps answers"]
