# input: houses@1, 60 rows of 60
# columns: age, rooms
# or #| predict: houses@2 -> proba
# or #| predict: X@2 -> proba
def predict(houses):
    """`proba` of cell 3 for rows of `houses` as cell 1 makes it."""
    # cell 2
    houses = houses.fillna(0)
    X = houses[["age", "rooms"]]
    # cell 3
    return model.predict_proba(X)[:, 1]
