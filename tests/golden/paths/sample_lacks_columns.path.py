# input: new@3, 1 rows of 1
# columns: town, rooms
def predict(new):
    """The answer of cell 4 for rows of `new` as cell 3 makes it."""
    new = new.copy()
    # cell 3
    new = pd.get_dummies(new)
    for column in X.columns:
        if column not in new.columns:
            new[column] = 0
    new = new[X.columns]
    # cell 4
    return model.predict(new)
