# input: houses@1, 60 rows of 60
# columns: id, rooms
# or #| predict: houses@2 -> prediction
def predict(houses):
    """`prediction` of cell 3 for rows of `houses` as cell 1 makes it."""
    houses = houses.copy()
    # cell 2
    houses[Names.numbers] = scaler.transform(houses[Names.numbers])
    houses = houses.rename(index=str, columns={"rooms": "size"})
    # cell 3
    return model.predict(houses[["size"]])
