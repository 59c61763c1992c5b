# input: houses@1, 24 rows of 44
# columns: area, rooms, age
# or #| predict: df@2 -> y_pred
# or #| predict: X@2 -> y_pred
# or #| predict: X_test@2 -> y_pred
def predict(houses):
    """`y_pred` of cell 3 for rows of `houses` as line 8 of cell 1 makes it."""
    houses = houses.copy()
    # cell 1
    houses["price"] = houses["area"] * 3 + houses["rooms"] * 20 - houses["age"]
    # cell 2
    df = houses.copy()
    X = df[["area", "rooms", "age"]]
    y = df["price"]
    y = all_rows(y.mask(X["age"] > 110).dropna(), y, "y.mask(X['age'] > 110).dropna() (cell 2)")
    X = all_rows(X.loc[y.index], X, "y.index (cell 2)")
    # cell 3
    return model.predict(X)
