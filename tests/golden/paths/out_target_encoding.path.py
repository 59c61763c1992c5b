# input: houses@2, 60 rows of 60
# columns: rooms, level
# not from houses@1 (line 11): `houses.groupby('town')['price'].mean()` looks at the label of other rows (cell 2: houses['level'] = houses['town'].map(houses.groupby('town')['price'].mean()))
# or #| predict: X@2 -> prediction
def predict(houses):
    """`prediction` of cell 3 for rows of `houses` as cell 2 makes it."""
    # cell 2
    X = houses[["level", "rooms"]]
    # cell 3
    return model.predict(X)
