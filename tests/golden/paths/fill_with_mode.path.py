# input: houses@1, 60 rows of 60
# columns: town, rooms
# or #| predict: houses@2 -> prediction
# or #| predict: X@3 -> prediction
# town_mode: houses['town'].mode()[0]
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    houses = houses.copy()
    # cell 2
    houses["town"] = houses["town"].fillna(town_mode)
    houses["town"] = houses["town"].map({"Alm": 0, "Bree": 1, "Carn": 2})
    # cell 3
    X = houses[["town", "rooms"]]
    # cell 4
    return model.predict(X)
