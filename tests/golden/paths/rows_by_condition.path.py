# input: houses@1, 44 rows of 44
# columns: age, rooms
# or #| predict: houses@2 -> prediction
# or #| predict: X@3 -> prediction
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    # cell 2
    houses = houses.fillna(0)
    houses = all_rows(houses[houses["rooms"] > 2], houses, "houses['rooms'] > 2 (cell 2)")
    # cell 3
    X = houses[["age", "rooms"]]
    # cell 4
    return model.predict(X)
