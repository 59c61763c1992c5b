# input: houses@1, 10 rows of 40
# columns: area, rooms
# or #| predict: X@2 -> model.predict(X[:10])
# model_2: model
def predict(houses):
    """The answer of cell 3 for rows of `houses` as cell 1 makes it."""
    # cell 2
    X = houses[["area", "rooms"]]
    # cell 3
    return model_2.predict(X)
