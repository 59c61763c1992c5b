# input: houses@1, 60 rows of 60
# columns: rooms
# or #| predict: houses@2 -> prediction
# or #| predict: X@2 -> prediction
# rooms_bins: the bins of houses['rooms']
def predict(houses):
    """`prediction` of cell 3 for rows of `houses` as cell 1 makes it."""
    houses = houses.copy()
    # cell 2
    houses["bin"] = within_bins(pd.cut(houses["rooms"], rooms_bins, labels=False, duplicates="drop", include_lowest=True), houses["rooms"])
    X = houses[["bin", "rooms"]]
    # cell 3
    return model.predict(X)
