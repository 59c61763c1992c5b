# input: houses@1, 40 rows of 40
# columns: area
# or #| predict: houses@2 -> prediction
# or #| predict: houses@3 -> prediction
# or #| predict: X@4 -> prediction
# area_bins: the bins of houses['area']
# area_bins_2: the bins of houses['area']
def predict(houses):
    """`prediction` of cell 5 for rows of `houses` as cell 1 makes it."""
    houses = houses.copy()
    # cell 2
    houses["size"] = within_bins(pd.cut(houses["area"], area_bins, labels=False), houses["area"])
    houses["band"] = within_bins(pd.cut(houses["area"], area_bins_2, include_lowest=True), houses["area"])
    # cell 3
    houses["band"] = encoder.transform(houses["band"])
    # cell 4
    X = houses[["size", "band"]]
    # cell 5
    return model.predict(X)
