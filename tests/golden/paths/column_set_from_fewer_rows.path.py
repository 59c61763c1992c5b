# input: df@1, 32 rows of 32
# columns: a, b
# not from df@1 (line 9): ValueError: the notebook leaves such rows out: df['a'].notna() (cell 2) (cell 2: df = df[df['a'].notna()])
# or #| predict: df@2 -> y_pred
# or #| predict: X@2 -> y_pred
def predict(df):
    """`y_pred` of cell 3 for rows of `df` as cell 1 makes it."""
    df = df.copy()
    # cell 2
    df["a"] = df["a"].dropna()
    df["much"] = df["b"][df["b"] > 2]
    df["much"] = df["much"].fillna(0)
    df = all_rows(df[df["a"].notna()], df, "df['a'].notna() (cell 2)")
    X = df[["a", "b", "much"]]
    # cell 3
    return model.predict(X)
