# input: houses@1, 18 rows of 60
# columns: town, age, rooms
# or #| predict: houses@2 -> y_pred
# or #| predict: X@3 -> y_pred
# or #| predict: X_test@3 -> y_pred
# categories: the categories of houses
# houses_median: houses.median()
def predict(houses):
    """`y_pred` of cell 5 for rows of `houses` as cell 1 makes it."""
    # cell 2
    houses = pd.get_dummies(as_categories(houses, categories), drop_first=True)
    houses = houses.fillna(houses_median)
    # cell 5
    return model.predict(houses)
