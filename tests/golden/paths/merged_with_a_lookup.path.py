# input: houses@1, 40 rows of 40
# columns: area, city
# or #| predict: houses@2 -> prediction
# or #| predict: X@3 -> prediction
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    # cell 2
    houses = houses.merge(taxes, on="city", how="left")
    # cell 3
    X = houses.drop(columns=["city"])
    # cell 4
    return model.predict(X)
