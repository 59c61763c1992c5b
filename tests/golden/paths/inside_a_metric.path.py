# input: houses@1, 60 rows of 60
# columns: age, rooms
# or #| predict: houses@2 -> model.predict(X)
# or #| predict: X@3 -> model.predict(X)
def predict(houses):
    """The answer of cell 4 for rows of `houses` as cell 1 makes it."""
    # cell 2
    houses = houses.fillna(0)
    # cell 3
    X = houses[["age", "rooms"]]
    # cell 4
    return model.predict(X)
