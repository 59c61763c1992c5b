# input: houses@1, 53 rows of 53
# columns: age, rooms
# or #| predict: houses@2 -> prediction
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    # cell 2
    ok = houses["age"].lt(60) & houses["rooms"].gt(0)
    houses = all_rows(houses.loc[ok], houses, "ok (cell 2)").copy()
    # cell 4
    return model.predict(houses[["rooms"]])
