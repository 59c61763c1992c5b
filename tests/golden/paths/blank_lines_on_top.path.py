# input: houses@1, 20 rows of 60
# columns: id, rooms
# or #| predict: X@2 -> prediction
# or #| predict: X_test@2 -> prediction
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    # cell 2
    X = houses[["rooms", "id"]]
    X_test = scaler.transform(X)
    # cell 4
    return model.predict(X_test)
