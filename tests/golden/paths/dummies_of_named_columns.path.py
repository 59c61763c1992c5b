# input: houses@1, 60 rows of 60
# columns: town, age, rooms
# or #| predict: houses@2 -> prediction
# or #| predict: X@3 -> prediction
# age_median: houses['age'].median()
# categories: the categories of houses
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    houses = houses.copy()
    # cell 2
    houses["age"] = houses["age"].fillna(age_median)
    houses = pd.get_dummies(as_categories(houses, categories), columns=["town", "rooms"])
    # cell 4
    return model.predict(houses)
