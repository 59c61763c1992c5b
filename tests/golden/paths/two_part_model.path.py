# input: df@1, 10 rows of 40
# columns: a, b
# or #| predict: X_test@2 -> final
def predict(df):
    """`final` of cell 3 for rows of `df` as cell 1 makes it."""
    # cell 2
    X_test = df[["a", "b"]]
    # cell 3
    is_dear = dear.predict(X_test)
    amount = line.predict(X_test)
    return np.where(is_dear, amount, 0)
