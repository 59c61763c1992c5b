# input: houses@1, 34 rows of 34
# columns: town, rooms
# or #| predict: houses@2 -> prediction
# or #| predict: X@2 -> prediction
def predict(houses):
    """`prediction` of cell 3 for rows of `houses` as cell 1 makes it."""
    # cell 2
    houses = all_rows(houses.fillna(0).merge(lookup, on="town", validate="m:1"), houses, "houses.fillna(0).merge(lookup, on='town') (cell 2)")
    X = houses[["taxes", "rooms"]]
    # cell 3
    return model.predict(X)
