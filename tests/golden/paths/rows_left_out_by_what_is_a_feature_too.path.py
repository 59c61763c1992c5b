# input: houses@1, 53 rows of 53
# columns: age, price
# or #| predict: houses@2 -> prediction
# or #| predict: X@3 -> prediction
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    houses = houses.copy()
    # cell 2
    houses["age"] = houses["age"].fillna(0)
    houses = all_rows(houses[houses["price"] > 90], houses, "houses['price'] > 90 (cell 2)")
    # cell 3
    X = houses[["age", "price"]]
    # cell 4
    return model.predict(X)
