# input: houses@1, 40 rows of 40
# columns: area, age
# or #| predict: X@2 -> prediction
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    houses = houses.copy()
    # cell 2
    X = houses[["area", "age"]].copy()
    Z = X
    Z.loc[Z["age"] > 90, "age"] = 90
    # cell 4
    return model.predict(X)
