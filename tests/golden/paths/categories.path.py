# input: houses@1, 60 rows of 60
# columns: town, rooms
# or #| predict: houses@2 -> prediction
# or #| predict: X@2 -> prediction
# town_categories: the categories of houses['town']
def predict(houses):
    """`prediction` of cell 3 for rows of `houses` as cell 1 makes it."""
    houses = houses.copy()
    # cell 2
    houses["town"] = as_categories(houses["town"], town_categories).cat.codes
    X = houses[["town", "rooms"]]
    # cell 3
    return model.predict(X)
