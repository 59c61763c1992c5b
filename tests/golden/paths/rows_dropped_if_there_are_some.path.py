# input: test@3, 12 rows of 12
# columns: area, rooms, age
# not from test@2 (line 2): it stands in a branch that other rows may take (cell 2: if len(bad):)
def predict(test):
    """`y_pred` of cell 3 for rows of `test` as cell 3 uses it."""
    return model.predict(test[cols])
