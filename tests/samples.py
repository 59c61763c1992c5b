"""Random notebooks whose sample of one record is prepared and predicted, a statement in each cell."""

from hypothesis import strategies as st

HEAD = """\
import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import LabelEncoder, StandardScaler

rng = np.random.default_rng(5)
n = 40
df = pd.DataFrame(
    {
        "a": rng.normal(5, 2, n).round(3),
        "c": rng.choice(["red", "green", "blue"], n),
        "d": rng.integers(0, 6, n),
        "y": rng.normal(0, 1, n).round(3),
    }
)
features = ["a", "d", "c_blue", "c_green", "c_red", "e", "f", "g"]
train = pd.get_dummies(df.drop(columns="y")).assign(e=df["a"] * 2, f=df["d"], g=df["a"])[features]
cap = df["a"].quantile(0.7)
sc = StandardScaler().fit(train[["a"]])
le = LabelEncoder().fit(df["c"])
model = LinearRegression().fit(train, df["y"])"""

SAMPLE = 'new = pd.DataFrame([{{"a": {a}, "c": "{c}", "d": {d}}}])'

STEPS = [
    'new["e"] = new["a"] * 2',
    'new["f"] = new["d"] / new["d"].sum()',
    'new["a"] = new["a"].clip(upper=cap)',
    'if new["a"].iloc[0] > 5:\n    new["a"] = new["a"] - 1',
    'if new["d"].iloc[0] == 2:\n    new["g"] = new["a"]\nelse:\n    new["g"] = 0.5',
    'if "e" not in new.columns:\n    new["e"] = new["a"] + 1',
    'for name in ["a", "d"]:\n    new[name] = new[name] + 1',
    'for name in new.columns:\n    if new[name].dtype.kind == "f":\n        new[name] = new[name] * 3',
    'new["g"] = le.transform(new["c"])',
    'new["g"] = new["c"].map({"red": 1, "green": 2, "blue": 3})',
    'new[["a"]] = sc.transform(new[["a"]].to_numpy())',
    'new["f"] = (new["a"] - new["a"].mean()) / 2',
    'new["d"] = new["d"].fillna(new["d"].median())',
    'new["e"] = new.apply(lambda row: row["a"] * row["d"], axis=1)',
    'new["d"] = 4',
    'new["g"] = StandardScaler().fit_transform(new[["a"]])[:, 0]',
    'new["f"] = pd.qcut(new["a"], 1, labels=False, duplicates="drop")',
    "new = new.copy()",
    'size = len(new)\nnew["g"] = new["a"] / size',
    'top = new["a"].max()\nnew["f"] = new["d"] + top',
]
ALIGNED = [
    ["new = pd.get_dummies(new)", "new = new.reindex(columns=features, fill_value=0)"],
    ["new = pd.get_dummies(new).reindex(columns=features, fill_value=0)"],
    [
        'new = pd.get_dummies(new, columns=["c"])',
        "for name in features:\n    if name not in new.columns:\n        new[name] = 0",
        "new = new[features]",
    ],
    [
        "new = pd.get_dummies(new)",
        "missing = set(features) - set(new.columns)",
        "for name in missing:\n    new[name] = 0",
        "new = new[features]",
    ],
]
ANSWERS = ["model.predict(new)", "price = model.predict(new)", "model.predict(new)[0]"]

records = st.tuples(
    st.sampled_from([-1.5, 0.0, 3.25, 5.5, 9.0]),
    st.sampled_from(["red", "green", "blue"]),
    st.integers(0, 5),
)


@st.composite
def notebooks(draw: st.DrawFn) -> list[str]:
    """The cells of a notebook: the table, the sample, its preparation, and the marked one."""
    steps = draw(st.lists(st.sampled_from(STEPS), max_size=5))
    a, c, d = draw(records)
    aligned = draw(st.sampled_from(ALIGNED))
    marked = f"#| predict\n{draw(st.sampled_from(ANSWERS))}"
    return [HEAD, SAMPLE.format(a=a, c=c, d=d), *steps, *aligned, marked]
