# input: houses@1, 28 rows of 48
# columns: area, rooms, age
# or #| predict: df@2 -> y_pred
# or #| predict: test@3 -> y_pred
def predict(houses):
    """`y_pred` of cell 4 for rows of `houses` as cell 1 makes it."""
    # cell 2
    df = houses.copy()
    df = all_rows(df.dropna(), df, "df.dropna() (cell 2)")
    # cell 4
    return model.predict(df[cols])
