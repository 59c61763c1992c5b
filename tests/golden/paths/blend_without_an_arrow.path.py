# input: houses@1, 40 rows of 40
# columns: area, rooms
# or #| predict: X@2 -> blend
def predict(houses):
    """`blend` of cell 3 for rows of `houses` as cell 1 makes it."""
    # cell 2
    X = houses[["area", "rooms"]]
    # cell 3
    first = model.predict(X)
    second = other.predict(X)
    return 0.7 * first + 0.3 * second
