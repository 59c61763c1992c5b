"""Random notebooks with a bare cell: steps for each row, aggregations, and what no row can take."""

from hypothesis import strategies as st

HEAD = """\
import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder, MinMaxScaler, StandardScaler

rng = np.random.default_rng({seed})
n = {rows}
df = pd.DataFrame(
    {{
        "a": rng.normal(5, 2, n).round(3),
        "b": np.where(rng.random(n) < 0.15, np.nan, rng.integers(0, 40, n) / 4),
        "c": rng.choice(["red", "green", "blue"], n),
        "d": rng.integers(0, 6, n),
        "y": rng.normal(0, 1, n).round(3),
    }}
)"""

# What changes the table, with the numeric columns that it adds.
ROWWISE = [
    ('df["e"] = df["a"] * 2 - df["d"]', ["e"]),
    ('df["f"] = np.log1p(df["a"].abs())', ["f"]),
    ('df["g"] = (df["d"] > 3).astype(int)', ["g"]),
    ('df["h"] = df["c"].map({"red": 0, "green": 1, "blue": 2})', ["h"]),
    ('df["i"] = df["c"].str.len()', ["i"]),
    ('df["j"] = df.apply(lambda row: row["a"] + row["d"], axis=1)', ["j"]),
    ('df.loc[df["d"] > 4, "d"] = 4', []),
    ('df["k"] = np.where(df["a"] > 5, 1.0, df["a"] / 5)', ["k"]),
    ('df = df.rename(columns={"a": "a"})', []),
    ('df["l"] = df["a"].clip(1, 9)', ["l"]),
    ("df = df.copy()", []),
]
FROZEN = [
    ('df["b"] = df["b"].fillna(df["b"].mean())', []),
    ('df["b"] = df["b"].fillna(df["b"].median())', []),
    ('df["m"] = (df["a"] - df["a"].mean()) / df["a"].std()', ["m"]),
    ('df["o"] = df["d"] / df["d"].max()', ["o"]),
    ('df["p"] = LabelEncoder().fit_transform(df["c"])', ["p"]),
    ('df["q"] = df["c"].astype("category").cat.codes', ["q"]),
    ('df = pd.concat([df, pd.get_dummies(df["c"])], axis=1)', ["red", "green", "blue"]),
    ('df["r"] = df["c"].map(df.groupby("c")["a"].mean())', ["r"]),
    ('df[["a"]] = StandardScaler().fit_transform(df[["a"]])', []),
    ('for name in ["a", "d"]:\n    df[name] = df[name] - df[name].min()', []),
    ('scale = MinMaxScaler()\ndf["s"] = scale.fit_transform(df[["a"]])[:, 0]', ["s"]),
]
ACROSS = [
    ('df["t"] = df["a"].rank()', ["t"]),
    ('df["u"] = df["c"].map(df.groupby("c")["y"].mean())', ["u"]),
    ('df["v"] = df["a"].shift(1).fillna(0)', ["v"]),
    ('df["w"] = df.groupby("c")["a"].transform("mean")', ["w"]),
    ('df["x"] = df["d"].cumsum()', ["x"]),
    ('df = df[df["d"] < 5]', []),
    ("df = df.dropna()", []),
    ('df = df.sort_values("a")', []),
    ("df = df.sample(frac=0.9, random_state=1)", []),
    ('df["z"] = df["a"].rolling(2, min_periods=1).mean()', ["z"]),
    (
        'def centred(table):\n    return table - table.mean()\n\n\ndf["aa"] = centred(df["a"])',
        ["aa"],
    ),
]

# What changes no row of the notebook, but others: by other names, in functions, in branches, and filters
# of every syntax. None of it looks across the rows.
QUIET = [
    ('t = df\nt.loc[t["a"] > 100, "a"] = 100', []),
    ('def cap(table):\n    table.loc[table["a"] > 100, "a"] = 100\n\n\ncap(df)', []),
    (
        'def capped(table):\n    table = table.copy()\n    table["a"] = table["a"].clip(-100, 100)\n'
        "    return table\n\n\ndf = capped(df)",
        [],
    ),
    (
        'def own(table):\n    table.loc[table["d"] > 50, "d"] = 50\n    return table\n\n\no = own(df)',
        [],
    ),
    ('for t in [df]:\n    t.loc[t["a"] < -100, "a"] = -100', []),
    ('both = [df, df.copy()]\nfor t in both:\n    t["d"] = t["d"].clip(0, 50)', []),
    ('if (df["a"] > 100).any():\n    df["a"] = df["a"].clip(-100, 100)', []),
    ('for name in ["a", "d"]:\n    if df[name].max() > 60:\n        df[name] = df[name] / 10', []),
    ('df = df[df["a"] < 100]', []),
    ('df = df.loc[df["d"] < 50, :]', []),
    ('df = df.loc[lambda t: t["a"] < 100]', []),
    ('df = df.query("d < 50")', []),
    ('df = df.drop(df[df["a"] > 100].index)', []),
    ('df.drop(df[df["d"] > 50].index, inplace=True)', []),
    ('df = df.pipe(lambda t: t[t["a"] < 100])', []),
    ('def kept(table):\n    return table[table["d"] < 50]\n\n\ndf = kept(df)', []),
    ('df = df[df["c"].isin(["red", "green", "blue"])]', []),
    ('mask = df["a"] > -100\ndf = df[mask]', []),
    ('df = df.dropna(subset=["a"])', []),
    ('assert (df["a"] < 100).all(), "too far"', []),
    ('if (df["d"] > 50).any():\n    raise ValueError("too many")', []),
    ('df["ab"] = pd.cut(df["d"], [-1, 2, 5], labels=False).fillna(9)', ["ab"]),
    ('v = df["a"].to_numpy().copy()\nv[v > 100] = 100\ndf["ac"] = v', ["ac"]),
    ('df["ad"] = [min(one, 100) for one in df["a"]]', ["ad"]),
    ('u = df["a"]\nu = u.where(u < 100, 100)\ndf["ae"] = u', ["ae"]),
]
# What looks at a whole table, which is `{t}`: for a row outside of it the statistics stay what they were.
AGGREGATES = [
    ('df["b"] = df["b"].fillna({t}["b"].mean())', ["b"]),
    ('df["m"] = (df["a"] - {t}["a"].mean()) / {t}["a"].std()', ["m"]),
    ('df["o"] = df["d"] / {t}["d"].max()', ["o"]),
    ('df["r"] = df["c"].map({t}.groupby("c")["a"].mean()).fillna(0)', ["r"]),
    ('top = {t}["a"].max()\ndf["s"] = (df["a"] > top).astype(int)', ["s"]),
    ('for name in ["a", "d"]:\n    df[name] = df[name] - {t}[name].min()', []),
    (
        'scale = MinMaxScaler().fit({t}[["a"]].to_numpy())\n'
        'df["t"] = scale.transform(df[["a"]].to_numpy())[:, 0]',
        ["t"],
    ),
    ('low, high = {t}["d"].quantile([0.1, 0.9])\ndf["d"] = df["d"].clip(low, high)', []),
    ('if df["d"].max() > 60:\n    df["d"] = df["d"].where(df["d"] < 60, {t}["d"].mean())', []),
]
# What such a step is where the table before it is at hand as `old`.
BY_THE_OLD = {code.format(t="df"): code.format(t="old") for code, _ in AGGREGATES}

# Rows outside of the table.
OUTSIDE = [
    {"a": 500.0, "b": 1.0, "c": "red", "d": 3, "y": 0.0},
    {"a": -500.0, "b": 2.0, "c": "green", "d": 2, "y": 0.0},
    {"a": 5.0, "b": 3.0, "c": "blue", "d": 99, "y": 0.0},
    {"a": 4.0, "b": 4.0, "c": "violet", "d": 1, "y": 0.0},
    {"a": 500.0, "b": None, "c": "violet", "d": 99, "y": 0.0},
]


@st.composite
def quiet_notebooks(draw: st.DrawFn) -> list[str]:
    """The same of steps that look at no other row, or at the table as it was; some change no row of it."""
    row_by_row = [step for step in ROWWISE if ".map(" not in step[0]]
    aggregates = [(code.format(t="df"), added) for code, added in AGGREGATES]
    steps = draw(
        st.lists(
            st.one_of(
                st.sampled_from(QUIET),
                st.sampled_from(QUIET),
                st.sampled_from(row_by_row),
                st.sampled_from(aggregates),
            ),
            min_size=1,
            max_size=5,
            unique_by=lambda step: step[0],
        )
    )
    features = ["a", "d", *(name for _, added in steps for name in added)]
    chosen = draw(st.lists(st.sampled_from(features), min_size=1, max_size=4, unique=True))
    cells = [HEAD.format(seed=draw(st.integers(0, 999)), rows=draw(st.integers(12, 40)))]
    cells += [code for code, _ in steps]
    cells.append(f'X = df[{chosen}]\nmodel = LinearRegression().fit(X, df["y"])')
    return [*cells, "#| predict\ny_pred = model.predict(X)"]


@st.composite
def notebooks(draw: st.DrawFn) -> list[str]:
    """The cells of a notebook; the last is marked and binds `y_pred` and `asked`, the rows' labels."""
    steps = draw(
        st.lists(
            st.one_of(st.sampled_from(ROWWISE), st.sampled_from(FROZEN), st.sampled_from(ACROSS)),
            min_size=1,
            max_size=6,
            unique_by=lambda step: step[0],
        )
    )
    features = ["a", "b", "d", *(name for _, added in steps for name in added)]
    chosen = draw(st.lists(st.sampled_from(features), min_size=1, max_size=4, unique=True))
    fill = 'df["b"] = df["b"].fillna(0)'
    cells = [HEAD.format(seed=draw(st.integers(0, 999)), rows=draw(st.integers(12, 40)))]
    cells += [code for code, _ in steps]
    cells.append(f'{fill}\nX = df[{chosen}]\ny = df["y"]')
    if draw(st.booleans()):
        cells.append("X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)")
    else:
        cells.append("X_train, X_test, y_train, y_test = X, X, y, y")
    if draw(st.booleans()):
        cells.append(
            "sc = StandardScaler()\nX_train = sc.fit_transform(X_train)\nX_test = sc.transform(X_test)"
        )
    mark = "#| predict\nmodel = LinearRegression().fit(X_train, y_train)"
    return [*cells, f"{mark}\ny_pred = model.predict(X_test)\nasked = list(y_test.index)"]
