# input: houses@1, 15 rows of 60
# columns: age, rooms
# or #| predict: X@2 -> y_pred
# or #| predict: X_test@2 -> y_pred
def predict(houses):
    """`y_pred` of cell 3 for rows of `houses` as cell 1 makes it."""
    # cell 2
    data = houses.fillna(0)[["age", "rooms"]].values
    # cell 3
    return model.predict(data)
