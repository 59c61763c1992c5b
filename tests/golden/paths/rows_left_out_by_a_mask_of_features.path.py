# input: houses@1, 53 rows of 53
# columns: id, town, age, rooms, built
# or #| predict: houses@2 -> prediction
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    # what a model learns is prepared, too; no answer depends on it
    houses = houses.reindex(columns=["id", "town", "age", "rooms", "built", "price"], fill_value=0)
    # cell 2
    ok = houses["age"].lt(60) & houses["rooms"].gt(0)
    houses = all_rows(houses.loc[ok], houses, "ok (cell 2)").copy()
    # cell 4
    return model.predict(houses[["rooms"]])
