# input: new@3, 1 rows of 1
# columns: rooms, town_Bree
# not from new@3 (line 1): get_dummies gives only columns of this one record's values (cell 3: new = pd.get_dummies(new))
def predict(new):
    """The answer of cell 4 for rows of `new` as cell 3 makes it."""
    return model.predict(new)
