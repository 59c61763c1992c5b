# input: houses@1, 40 rows of 40
# columns: area, rooms
# or #| predict: houses@2 -> prediction
# or #| predict: X@3 -> prediction
# area_bins: the bins of houses['area']
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    houses = houses.copy()
    # cell 2
    houses["size"] = within_bins(pd.cut(houses["area"], area_bins, labels=False), houses["area"])
    houses["many"] = pd.cut(houses["rooms"], thirds, labels=False, include_lowest=True)
    # cell 3
    X = houses[["size", "many"]]
    # cell 4
    return model.predict(X)
