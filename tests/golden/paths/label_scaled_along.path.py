# input: houses@1, 60 rows of 60
# columns: rooms
# or #| predict: table@2 -> prediction
# or #| predict: X@2 -> prediction
# table_columns: table.columns
def predict(houses):
    """`prediction` of cell 3 for rows of `houses` as cell 1 makes it."""
    # what a model learns is prepared, too; no answer depends on it
    houses = houses.reindex(columns=["rooms", "price"], fill_value=0)
    # cell 2
    table = houses[["price", "rooms"]]
    table = pd.DataFrame(sc.transform(table), columns=table_columns)
    X = table[["rooms"]]
    # cell 3
    return model.predict(X)
