# input: houses@1, 44 rows of 44
# columns: age, rooms
# or #| predict: houses@2 -> prediction
# or #| predict: X@2 -> prediction
def predict(houses):
    """`prediction` of cell 3 for rows of `houses` as cell 1 makes it."""
    # cell 2
    houses = all_rows(houses.loc[lambda table: table["rooms"] > 2], houses, "table['rooms'] > 2 (cell 2)").assign(older=lambda table: table["age"] + 1)
    X = houses[["older", "rooms"]].fillna(0)
    # cell 3
    return model.predict(X)
