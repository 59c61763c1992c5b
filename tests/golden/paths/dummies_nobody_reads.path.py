# input: houses@1, 60 rows of 60
# columns: rooms
# or #| predict: table@2 -> prediction
# or #| predict: X@2 -> prediction
def predict(houses):
    """`prediction` of cell 3 for rows of `houses` as cell 1 makes it."""
    # cell 2
    X = houses[["rooms"]]
    # cell 3
    return model.predict(X)
