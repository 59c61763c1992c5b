# input: houses@1, 60 rows of 60
# columns: town, rooms, built
# or #| predict: houses@2 -> prediction
# or #| predict: X@3 -> prediction
# encoder_built: encoder.fit(houses['built'])
# encoder_town: encoder.fit(houses['town'])
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    houses = houses.copy()
    # cell 2
    houses["town"] = encoder_town.transform(houses["town"])
    houses["built"] = encoder_built.transform(houses["built"])
    # cell 3
    X = houses[["town", "built", "rooms"]]
    # cell 4
    return model.predict(X)
