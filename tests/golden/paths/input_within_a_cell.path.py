# input: houses@2, 60 rows of 60
# columns: age, share
# not from houses@1 (line 11): cumsum looks across the rows (cell 2: houses['share'] = rooms / rooms.cumsum())
def predict(houses):
    """`prediction` of cell 3 for rows of `houses` as line 2 of cell 2 makes it."""
    houses = houses.copy()
    # cell 2
    houses["share"] = houses["share"] * 100
    # cell 3
    return model.predict(houses[["share", "age"]].fillna(0))
