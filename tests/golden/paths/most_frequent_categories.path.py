# input: houses@1, 40 rows of 40
# columns: rooms, city
# or #| predict: houses@2 -> prediction
# or #| predict: X@3 -> prediction
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    houses = houses.copy()
    # cell 2
    houses["Bonn"] = np.where(houses["city"] == "Bonn", 1, 0)
    houses["Kiel"] = np.where(houses["city"] == "Kiel", 1, 0)
    # cell 3
    X = houses[[*frequent, "rooms"]]
    # cell 4
    return model.predict(X)
