# input: new@3, 1 rows of 1
# columns: rooms, town_Alm, town_Bree, town_Carn
# not from new@3 (line 1): it gives this one record a value that is written there (cell 3: new['town_Bree'] = 1.0)
def predict(new):
    """The answer of cell 4 for rows of `new` as cell 3 makes it."""
    return model.predict(new)
