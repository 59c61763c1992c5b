# input: houses@1, 53 rows of 60
# columns: age, rooms
# or #| predict: houses@2 -> prediction
# or #| predict: X@3 -> prediction
# age_mean: houses['age'].mean()
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    houses = houses.copy()
    # cell 2
    houses["age"] = houses["age"].fillna(age_mean)
    houses = houses[["rooms", "age"]]
    # cell 3
    X = houses[["age", "rooms"]]
    # cell 4
    return np.expm1(model.predict(X))
