# input: houses@2, 60 rows of 60
# columns: rooms, minutes
# not from houses@1 (line 11): a row unlike the others gives another `houses` alone than among them (cell 2: houses['minutes'] = minutes[:len(houses)])
# or #| predict: X@2 -> prediction
def predict(houses):
    """`prediction` of cell 3 for rows of `houses` as cell 2 makes it."""
    # cell 2
    X = houses[["minutes", "rooms"]]
    # cell 3
    return model.predict(X)
