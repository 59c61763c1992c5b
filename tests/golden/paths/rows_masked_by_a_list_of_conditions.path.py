# input: houses@1, 28 rows of 48
# columns: id, area, rooms, age
# or #| predict: df@2 -> y_pred
# or #| predict: test@3 -> y_pred
def predict(houses):
    """`y_pred` of cell 4 for rows of `houses` as line 8 of cell 1 makes it."""
    houses = houses.copy()
    # cell 1
    houses["price"] = houses["area"] * 3 + houses["rooms"] * 20 - houses["age"]
    # cell 2
    df = houses.copy()
    mask = [row["area"] < 400 for _, row in df.iterrows()]
    df = all_rows(df[np.array(mask)], df, "np.array(mask) (cell 2)")
    # cell 4
    return model.predict(df[cols])
