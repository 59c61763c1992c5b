# input: houses@1, 40 rows of 40
# columns: area, rooms, city
# or #| predict: houses@2 -> prediction
# or #| predict: X@2 -> prediction
# city_categories: the categories of houses['city']
def predict(houses):
    """`prediction` of cell 3 for rows of `houses` as cell 1 makes it."""
    # cell 2
    dummies = pd.get_dummies(as_categories(houses["city"], city_categories), prefix="in")
    houses = houses.join(dummies)
    houses = houses.drop(columns=["city"])
    # cell 3
    return model.predict(houses)
