# input: X@2, 15 rows of 60
# columns: age, rooms
# not from houses@2 (line 1): ValueError: the notebook stops at such rows: no palaces in the large table (cell 2) (cell 2: if len(houses) > 1000:)
# or #| predict: X_test@3 -> prediction
def predict(X):
    """`prediction` of cell 4 for rows of `X` as cell 2 makes it."""
    return model.predict(X)
