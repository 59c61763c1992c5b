# input: df@1, 10 rows of 40
# columns: a, b
# or #| predict: X_test@2 -> blend
def predict(df):
    """`blend` of cell 3 for rows of `df` as cell 1 makes it."""
    # cell 2
    X_test = df[["a", "b"]]
    # cell 3
    tree = models[0].predict(X_test)
    straight = line.predict(X_test)
    return 0.4 * tree + 0.6 * straight
