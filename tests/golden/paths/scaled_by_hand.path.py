# input: houses@1, 60 rows of 60
# columns: age, rooms
# or #| predict: X@2 -> prediction
# x_max: X.max(axis=0)
# x_min: X.min(axis=0)
def predict(houses):
    """`prediction` of cell 3 for rows of `houses` as cell 1 makes it."""
    # cell 2
    X = houses[["age", "rooms"]].fillna(0).to_numpy()
    X = (X - x_min) / (x_max - x_min)
    # cell 3
    return model.predict(X)
