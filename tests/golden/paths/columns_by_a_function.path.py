# input: houses@1, 15 rows of 60
# columns: id, rooms
# or #| predict: X@2 -> prediction
# or #| predict: X_test@3 -> prediction
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    houses = houses.copy()
    # cell 3
    X_test = houses
    X_test[scaled] = scaler.transform(X_test[scaled])
    # cell 4
    return model.predict(X_test)
