# input: houses@1, 40 rows of 40
# columns: area, rooms
# or #| predict: houses@2 -> prediction
# or #| predict: X@3 -> prediction
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    houses = houses.copy()
    # cell 2
    houses["large"] = 1
    houses["large"] = houses["large"].mask(houses["area"] < 100, 0)
    # cell 3
    X = houses[["large", "rooms"]]
    # cell 4
    return model.predict(X)
