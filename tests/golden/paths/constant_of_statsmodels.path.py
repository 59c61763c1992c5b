# input: houses@1, 40 rows of 40
# columns: area, rooms
# or #| predict: X@2 -> prediction
def predict(houses):
    """`prediction` of cell 3 for rows of `houses` as cell 1 makes it."""
    # cell 2
    X = sm.add_constant(houses[["area", "rooms"]], has_constant="add")
    # cell 3
    return model.predict(X)
