# input: houses@2, 60 rows of 60
# columns: rooms, seen
# not from houses@1 (line 11): row 1 alone fails (ValueError: Length of values (60) does not match length of index (1))
# or #| predict: table@2 -> prediction
# or #| predict: table@3 -> prediction
# or #| predict: X@3 -> prediction
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 2 makes it."""
    # cell 2
    table = houses[["seen", "rooms"]]
    # cell 3
    table["seen"] = pd.to_datetime(table["seen"], format="%d/%m/%Y")
    table["month"] = table["seen"].dt.month
    X = table[["month", "rooms"]]
    # cell 4
    return model.predict(X)
