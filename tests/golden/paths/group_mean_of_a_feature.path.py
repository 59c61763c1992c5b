# input: houses@1, 60 rows of 60
# columns: town, rooms
# or #| predict: houses@2 -> prediction
# or #| predict: X@2 -> prediction
# groupby_rooms_mean: houses.groupby('town')['rooms'].mean()
def predict(houses):
    """`prediction` of cell 3 for rows of `houses` as cell 1 makes it."""
    houses = houses.copy()
    # cell 2
    houses["usual"] = houses["town"].map(groupby_rooms_mean)
    X = houses[["usual", "rooms"]]
    # cell 3
    return model.predict(X)
