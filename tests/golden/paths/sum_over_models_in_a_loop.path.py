# input: df@1, 10 rows of 40
# columns: a, b
# or #| predict: X_test@2 -> y_pred
def predict(df):
    """`y_pred` of cell 3 for rows of `df` as cell 1 makes it."""
    # cell 2
    X_test = df[["a", "b"]]
    # cell 3
    y_pred = np.zeros(len(X_test))
    for m in models:
        y_pred += m.predict(X_test)
    y_pred /= len(models)
    return y_pred
