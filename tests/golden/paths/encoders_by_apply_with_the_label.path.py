# input: houses@1, 15 rows of 60
# columns: town, rooms, built
# or #| predict: houses@2 -> prediction
# or #| predict: whole@3 -> prediction
# encoder_of_column: encoder.fit of each column of houses[texts]
def predict(houses):
    """`prediction` of cell 5 for rows of `houses` as cell 1 makes it."""
    # cell 3
    encoded = houses[["town", "built"]].apply(lambda column: encoder_of_column[column.name].transform(column.astype(str)))
    whole = pd.concat([houses.drop(columns=["town", "built"]), encoded], axis=1)
    # cell 5
    return model.predict(whole)
