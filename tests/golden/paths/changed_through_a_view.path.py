# input: houses@1, 60 rows of 60
# columns: age, rooms
# or #| predict: houses@2 -> prediction
# or #| predict: X@2 -> prediction
def predict(houses):
    """`prediction` of cell 3 for rows of `houses` as cell 1 makes it."""
    # cell 2
    houses = houses.fillna(0)
    X = houses[["age", "rooms"]].to_numpy().copy()
    ages = X[:, 0]
    ages[ages > 100] = 100
    # cell 3
    return model.predict(X)
