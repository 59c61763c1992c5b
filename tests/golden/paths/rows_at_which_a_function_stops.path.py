# input: houses@1, 60 rows of 60
# columns: town, age, rooms
# or #| predict: houses@3 -> prediction
# or #| predict: X@4 -> prediction
def predict(houses):
    """`prediction` of cell 5 for rows of `houses` as cell 1 makes it."""
    # cell 3
    houses = houses.fillna(0)
    required(set(houses["town"].unique()) <= {"Alm", "Bree", "Carn"}, "an unknown town (cell 3)")
    required(not houses["age"].isnull().any(), "something is missing (cell 3)")
    required(not houses["rooms"].isnull().any(), "something is missing (cell 3)")
    required(not houses["age"].max() > 150, "too old (cell 3)")
    required(not (houses["age"] < 0).any(), "less than nothing (cell 3)")
    required(not (houses["rooms"] < 0).any(), "less than nothing (cell 3)")
    # cell 4
    X = houses[["age", "rooms"]]
    # cell 5
    return model.predict(X)
