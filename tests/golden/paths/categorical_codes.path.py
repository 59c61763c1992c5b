# input: houses@1, 40 rows of 40
# columns: area, city
# or #| predict: houses@2 -> prediction
# or #| predict: X@3 -> prediction
# city_categories: the categories of houses['city']
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    houses = houses.copy()
    # cell 2
    houses["city"] = pd.Categorical(as_categories(houses["city"], city_categories)).codes
    # cell 3
    X = houses[["area", "city"]]
    # cell 4
    return model.predict(X)
