# input: houses@1, 53 rows of 53
# columns: town, age, rooms
# or #| predict: houses@2 -> prediction
# or #| predict: X@3 -> prediction
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    houses = houses.copy()
    # cell 2
    houses["town"] = houses["town"].map({"Alm": 0, "Bree": 1, "Carn": 2})
    houses = all_rows(houses.dropna(), houses, "houses.dropna() (cell 2)")
    # cell 3
    X = houses[["town", "age", "rooms"]]
    # cell 4
    return model.predict(X)
