# input: houses@2, 60 rows of 60
# columns: rooms, usual
# not from houses@1 (line 11): rolling looks across the rows (cell 2: houses['usual'] = houses['rooms'].rolling(3, min_periods=1).mean())
# or #| predict: X@2 -> prediction
def predict(houses):
    """`prediction` of cell 3 for rows of `houses` as cell 2 makes it."""
    # cell 2
    X = houses[["usual", "rooms"]]
    # cell 3
    return model.predict(X)
