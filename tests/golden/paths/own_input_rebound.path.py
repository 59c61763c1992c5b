# input: houses@1, 60 rows of 60
# columns: age, rooms
# or #| predict: houses@2 -> answer
# or #| predict: X@2 -> answer
# or #| predict: X@3 -> answer
def predict(houses):
    """`answer` of cell 3 for rows of `houses` as cell 1 makes it."""
    # cell 2
    houses = houses.fillna(0)
    X = houses[["age", "rooms"]]
    # cell 3
    X = X.copy()
    return model.predict(X)
