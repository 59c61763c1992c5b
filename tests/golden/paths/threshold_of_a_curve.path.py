# input: df@1, 40 rows of 40
# columns: a, b
# or #| predict: X@2 -> is_dear
def predict(df):
    """`is_dear` of cell 3 for rows of `df` as cell 1 makes it."""
    # cell 2
    X = df[["a", "b"]]
    # cell 3
    return model.predict_proba(X)[:, 1] >= best
