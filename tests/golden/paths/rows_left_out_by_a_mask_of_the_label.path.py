# input: houses@1, 53 rows of 60
# columns: age, rooms
# or #| predict: houses@2 -> prediction
# or #| predict: X@3 -> prediction
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    houses = houses.copy()
    # cell 2
    houses["age"] = houses["age"].fillna(0)
    old = houses["age"] > 90
    houses = all_rows(houses[~old], houses, "~old (cell 2)")
    # cell 3
    X = houses[["age", "rooms"]]
    # cell 4
    return model.predict(X) ** 2
