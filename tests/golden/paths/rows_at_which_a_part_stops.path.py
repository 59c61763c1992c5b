# input: houses@1, 15 rows of 60
# columns: town, age, rooms
# or #| predict: houses@2 -> prediction
# or #| predict: X@4 -> prediction
# or #| predict: X_test@4 -> prediction
def predict(houses):
    """`prediction` of cell 5 for rows of `houses` as cell 1 makes it."""
    # cell 2
    houses = houses.assign(age=houses["age"].fillna(40))
    # cell 3
    required(not houses["town"].isnull().any(), "no town (cell 3)")
    required(positive(houses["age"]), "less than nothing (cell 3)")
    required(positive(houses["rooms"]), "less than nothing (cell 3)")
    required(houses["age"].max() <= 150, "age (cell 3)")
    required(houses["rooms"].max() <= 20, "rooms (cell 3)")
    # cell 4
    X = houses[["age", "rooms"]]
    # cell 5
    return model.predict(X)
