# input: houses@1, 40 rows of 40
# columns: area, rooms
# or #| predict: houses@2 -> prediction
# or #| predict: X@3 -> prediction
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    houses = houses.copy()
    # cell 2
    houses["double"] = houses["rooms"] * 2
    houses["log"] = np.log(houses["area"])
    # cell 3
    X = houses[["double", "log"]]
    # cell 4
    return model.predict(X)
