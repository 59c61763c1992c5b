# input: houses@1, 40 rows of 40
# columns: city
# or #| predict: houses@2 -> prediction
# or #| predict: X@3 -> prediction
# mean_2: mean
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    houses = houses.copy()
    # cell 2
    houses["city_area"] = houses["city"].map(mean_2)
    houses["city_rooms"] = houses["city"].map(mean)
    # cell 3
    X = houses[["city_area", "city_rooms"]]
    # cell 4
    return model.predict(X)
