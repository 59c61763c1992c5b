# input: houses@2, 60 rows of 60
# columns: age, rooms
# not from houses@1 (line 11): it stands in a branch that other rows may take (cell 2: for column in ['age', 'rooms']:)
# or #| predict: X@3 -> prediction
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 2 makes it."""
    # cell 3
    X = houses[["age", "rooms"]]
    # cell 4
    return model.predict(X)
