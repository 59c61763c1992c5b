# input: houses@1, 60 rows of 60
# columns: age, rooms
# or #| predict: houses@2 -> prediction
# or #| predict: X@3 -> prediction
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    houses = houses.copy()
    # cell 2
    houses = houses.fillna(0)
    houses["age"] = houses["age"] / 10
    # cell 3
    X = houses[["age", "rooms"]]
    # cell 4
    return model.predict(X)
