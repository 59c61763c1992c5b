# input: houses@2, 44 rows of 44
# columns: age, rooms
# not from houses@2 (line 1): 16 of 60 rows are dropped by what they hold, so that the notebook has no answer for such rows (cell 2: houses = houses[houses['price'] > 150].fillna(0))
# or #| predict: X@3 -> prediction
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 2 makes it."""
    # cell 3
    X = houses[["age", "rooms"]]
    # cell 4
    return model.predict(X)
