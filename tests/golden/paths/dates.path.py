# input: houses@1, 60 rows of 60
# columns: rooms, built
# or #| predict: houses@2 -> prediction
# or #| predict: X@2 -> prediction
def predict(houses):
    """`prediction` of cell 3 for rows of `houses` as cell 1 makes it."""
    houses = houses.copy()
    # cell 2
    houses["built"] = pd.to_datetime(houses["built"])
    houses["year"] = houses["built"].dt.year
    X = houses[["year", "rooms"]].to_numpy()
    # cell 3
    return model.predict(X)
