# input: houses@2, 40 rows of 40
# columns: area, rooms
# not from houses@1 (line 5): `size` is defined anew later (cell 2: houses['area'] = size(houses['area']))
# or #| predict: X@4 -> prediction
def predict(houses):
    """`prediction` of cell 5 for rows of `houses` as cell 2 makes it."""
    # cell 4
    X = houses[["area", "rooms"]]
    # cell 5
    return model.predict(X)
