# input: houses@1, 60 rows of 60
# columns: town, rooms, built
# or #| predict: houses@2 -> prediction
# or #| predict: X@3 -> prediction
# label_encoder_of_column: LabelEncoder().fit of each column of houses[texts]
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    houses = houses.copy()
    # cell 2
    houses[texts] = houses[texts].apply(lambda column: label_encoder_of_column[column.name].transform(column))
    # cell 3
    X = houses[["town", "built", "rooms"]]
    # cell 4
    return model.predict(X)
