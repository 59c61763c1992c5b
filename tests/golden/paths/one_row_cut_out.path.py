# input: houses@1, 1 rows of 60
# columns: id, rooms
# or #| predict: X@2 -> model.predict(X_test_std[0, :].reshape(1, -1))
# or #| predict: X_test@2 -> model.predict(X_test_std[0, :].reshape(1, -1))
# or #| predict: X_test_std@2 -> model.predict(X_test_std[0, :].reshape(1, -1))
def predict(houses):
    """The answer of cell 3 for rows of `houses` as cell 1 makes it."""
    # cell 2
    X = houses[["rooms", "id"]].values
    X_test_std = scaler.transform(X)
    # cell 3
    return model.predict(X_test_std)
