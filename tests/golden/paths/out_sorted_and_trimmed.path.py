# input: houses@2, 50 rows of 50
# columns: age, rooms
# not from houses@1 (line 11): rows are dropped by their place in an order of all rows (cell 2: houses = houses.sort_values('rooms').iloc[5:-5])
# or #| predict: X@3 -> prediction
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 2 makes it."""
    # cell 3
    X = houses[["age", "rooms"]]
    # cell 4
    return model.predict(X)
