# input: houses@1, 12 rows of 48
# columns: area, rooms, age
# or #| predict: df@2 -> y_pred
# or #| predict: test@2 -> y_pred
def predict(houses):
    """`y_pred` of cell 3 for rows of `houses` as cell 1 makes it."""
    # cell 2
    df = houses.copy()
    # cell 3
    return model.predict(df[cols])
