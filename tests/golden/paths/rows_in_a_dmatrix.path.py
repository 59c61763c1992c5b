# input: houses@1, 10 rows of 40
# columns: area, rooms
# or #| predict: X@2 -> prediction
# or #| predict: X_test@2 -> prediction
def predict(houses):
    """`prediction` of cell 3 for rows of `houses` as cell 1 makes it."""
    # cell 2
    X = houses[["area", "rooms"]]
    test = xgb.DMatrix(X)
    # cell 3
    return model.predict(test)
