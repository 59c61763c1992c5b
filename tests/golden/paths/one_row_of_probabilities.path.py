# input: houses@1, 1 rows of 60
# columns: rooms
# or #| predict: X@2 -> chances
def predict(houses):
    """`chances` of cell 3 for rows of `houses` as cell 1 makes it."""
    # cell 2
    X = houses[["rooms"]]
    # cell 3
    return model.predict_proba(X)
