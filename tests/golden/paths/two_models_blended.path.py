# input: X@2, 40 rows of 40
# columns: area, rooms
def predict(X):
    """`blend` of cell 3 for rows of `X` as cell 2 makes it."""
    first = model.predict(X)
    second = other.predict(X)
    return 0.7 * first + 0.3 * second
