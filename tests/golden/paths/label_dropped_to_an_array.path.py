# input: houses@1, 60 rows of 60
# columns: id, rooms
# or #| predict: numbers@2 -> prediction
# or #| predict: X@2 -> prediction
# or #| predict: X@3 -> prediction
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    # cell 2
    numbers = houses[["rooms", "id"]]
    X = numbers.values
    # cell 3
    X = scaler.transform(X)
    # cell 4
    return model.predict(X)
