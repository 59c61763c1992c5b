# input: df@1, 10 rows of 35
# columns: a, b, kind
# or #| predict: X@2 -> y_pred
# or #| predict: X_test@2 -> y_pred
def predict(df):
    """`y_pred` of cell 4 for rows of `df` as line 6 of cell 1 makes it."""
    df = df.copy()
    # cell 1
    df["price"] = df["a"] * 2 + df["b"] + (df["kind"] == "x")
    # cell 2
    X = all_rows(parts(df)[0], df, "parts(df) (cell 2)")
    # cell 4
    return model.predict(X)
