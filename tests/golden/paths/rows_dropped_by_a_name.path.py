# input: houses@1, 50 rows of 60
# columns: age, rooms
# or #| predict: houses@2 -> prediction
# or #| predict: X@2 -> prediction
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    # cell 2
    houses = houses.fillna(0)
    bad = houses[houses["rooms"] > 20].index
    houses = all_rows(houses.drop(bad), houses, "houses.drop(bad) (cell 2)")
    old = houses.index[houses["age"] > 140]
    houses = all_rows(houses.drop(old), houses, "houses.drop(old) (cell 2)").reset_index(drop=True)
    X = houses[["rooms", "age"]]
    # cell 4
    return model.predict(X)
