# input: houses@1, 40 rows of 40
# columns: area, rooms
# or #| predict: houses@2 -> prediction
# or #| predict: X@3 -> prediction
# area_percentile: np.percentile(houses['area'], 1)
# area_quantile: np.quantile(houses['area'], 0.99)
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    houses = houses.copy()
    # cell 2
    houses["area"] = np.clip(houses["area"], area_percentile, area_quantile)
    # cell 3
    X = houses[["area", "rooms"]]
    # cell 4
    return model.predict(X)
