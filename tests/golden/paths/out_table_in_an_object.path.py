# input: table@3, 60 rows of 60
# columns: age, rooms
# not from table@2 (line 7): it may change it in a way that cannot be followed (cell 3: project.houses.loc[project.houses['rooms'] > 20, 'rooms'] = 20)
# or #| predict: X@3 -> prediction
def predict(table):
    """`prediction` of cell 4 for rows of `table` as cell 3 makes it."""
    # cell 3
    X = table[["rooms", "age"]]
    # cell 4
    return model.predict(X)
