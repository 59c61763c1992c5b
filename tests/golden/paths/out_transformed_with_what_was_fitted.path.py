# input: houses@2, 40 rows of 40
# columns: area, rooms
# not from houses@1 (line 5): `houses['area'], power = boxcox(houses['area'])` gives several names at once (cell 2: houses['area'], power = boxcox(houses['area']))
# or #| predict: X@3 -> prediction
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 2 makes it."""
    # cell 3
    X = houses[["area", "rooms"]]
    # cell 4
    return model.predict(X)
