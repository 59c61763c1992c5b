# input: new@3, 1 rows of 1
# columns: town, rooms
# x_columns: X.columns
def predict(new):
    """The answer of cell 4 for rows of `new` as line 1 of cell 3 makes it."""
    new = new.copy()
    # cell 3
    new = pd.get_dummies(new)
    for column in x_columns:
        if column not in new.columns:
            new[column] = 0
    new = new[x_columns]
    # cell 4
    return model.predict(new)
