# input: houses@1, 60 rows of 60
# columns: age, rooms
# or #| predict: houses@2 -> prediction
# or #| predict: X@2 -> prediction
# sc_2: sc.fit(houses[['age', 'rooms']])
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    # cell 2
    houses = houses.fillna(0)
    X = sc_2.transform(houses[["age", "rooms"]])
    # cell 4
    return model.predict(X)
