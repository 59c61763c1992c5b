# input: df@1, 10 rows of 40
# columns: a, b
# or #| predict: X_test@2 -> y_pred
def predict(df):
    """`y_pred` of cell 3 for rows of `df` as cell 1 makes it."""
    # cell 2
    X_test = df[["a", "b"]]
    # cell 3
    found = []
    for i in range(len(X_test)):
        row = X_test.iloc[[i]]
        found.append(line.predict(row)[0])
    return np.array(found)
