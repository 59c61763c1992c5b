# input: houses@1, 60 rows of 60
# columns: id, rooms
# or #| predict: X@2 -> prediction
def predict(houses):
    """`prediction` of cell 3 for rows of `houses` as cell 1 makes it."""
    # cell 2
    X = houses[["rooms", "id"]].to_numpy(copy=True)
    X[X < 3] = 0
    # cell 3
    return model.predict(X)
