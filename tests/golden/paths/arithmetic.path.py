# input: houses@1, 60 rows of 60
# columns: age, rooms
# or #| predict: houses@2 -> price
# or #| predict: X@2 -> price
def predict(houses):
    """`price` of cell 3 for rows of `houses` as cell 1 makes it."""
    houses = houses.copy()
    # cell 2
    houses["young"] = (houses["age"].fillna(99) < 30).astype(int)
    houses["per_room"] = houses["age"].fillna(0) / houses["rooms"]
    X = houses[["young", "per_room"]]
    # cell 3
    return np.exp(model.predict(X))
