# input: houses@1, 40 rows of 40
# columns: area, rooms
# or #| predict: X@2 -> prediction
def predict(houses):
    """`prediction` of cell 3 for rows of `houses` as cell 1 makes it."""
    # cell 2
    X = houses[["area", "rooms"]]
    # cell 3
    return np.mean([one.predict(X) for one in models], axis=0)
