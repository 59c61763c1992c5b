# input: houses@1, 44 rows of 44
# columns: id, town, age, rooms, built
# or #| predict: houses@3 -> prediction
# or #| predict: X@3 -> prediction
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    # what a model learns is prepared, too; no answer depends on it
    houses = houses.reindex(columns=["id", "town", "age", "rooms", "built", "price"], fill_value=0)
    # cell 3
    houses = all_rows(large(houses.fillna(0)), houses, "large(houses.fillna(0)) (cell 3)")
    X = houses[["older", "rooms"]]
    # cell 4
    return model.predict(X)
