# input: df@1, 9 rows of 40
# columns: a, b
# or #| predict: X_new@2 -> y_hat
def predict(df):
    """`y_hat` of cell 3 for rows of `df` as cell 1 makes it."""
    # cell 2
    X_new = df[["a", "b"]]
    # cell 3
    return start + X_new.dot(weights)
