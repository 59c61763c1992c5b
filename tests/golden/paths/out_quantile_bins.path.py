# input: houses@2, 60 rows of 60
# columns: rooms, bin
# not from houses@1 (line 11): qcut looks across the rows (cell 2: houses['bin'] = pd.qcut(houses['rooms'], 3, labels=False, duplicates='drop'))
# or #| predict: X@2 -> prediction
def predict(houses):
    """`prediction` of cell 3 for rows of `houses` as cell 2 makes it."""
    # cell 2
    X = houses[["bin", "rooms"]]
    # cell 3
    return model.predict(X)
