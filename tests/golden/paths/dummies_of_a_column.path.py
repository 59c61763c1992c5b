# input: houses@1, 60 rows of 60
# columns: town, rooms
# or #| predict: X@2 -> prediction
# town_categories: the categories of houses['town']
def predict(houses):
    """`prediction` of cell 3 for rows of `houses` as cell 1 makes it."""
    # cell 2
    towns = pd.get_dummies(as_categories(houses["town"], town_categories))
    X = pd.concat([houses[["rooms"]], towns], axis=1)
    # cell 3
    return model.predict(X)
