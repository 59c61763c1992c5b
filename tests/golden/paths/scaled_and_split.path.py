# input: houses@1, 15 rows of 60
# columns: age, rooms
# or #| predict: houses@2 -> y_pred
# or #| predict: X@2 -> y_pred
# or #| predict: X_test@2 -> y_pred
def predict(houses):
    """`y_pred` of cell 4 for rows of `houses` as cell 1 makes it."""
    # cell 2
    houses = houses.fillna(0)
    X = houses[["age", "rooms"]]
    X_test = sc.transform(X)
    # cell 4
    return model.predict(X_test)
