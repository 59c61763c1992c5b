# input: houses@1, 40 rows of 40
# columns: area, rooms, city
# or #| predict: X@2 -> prediction
# categories: the categories of houses
def predict(houses):
    """`prediction` of cell 3 for rows of `houses` as cell 1 makes it."""
    # cell 2
    X = pd.get_dummies(as_categories(houses, categories), columns=["city"], prefix="in", dtype=int)
    # cell 3
    return model.predict(X)
