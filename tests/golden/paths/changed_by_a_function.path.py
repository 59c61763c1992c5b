# input: houses@1, 60 rows of 60
# columns: age, rooms
# or #| predict: houses@3 -> prediction
# or #| predict: X@4 -> prediction
def predict(houses):
    """`prediction` of cell 5 for rows of `houses` as cell 1 makes it."""
    houses = houses.copy()
    # cell 3
    houses = houses.fillna(0)
    clean(houses)
    # cell 4
    X = houses[["age", "rooms"]]
    # cell 5
    return model.predict(X)
