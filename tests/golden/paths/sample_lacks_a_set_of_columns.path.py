# input: new@3, 1 rows of 1
# columns: town, rooms
def predict(new):
    """`price` of cell 4 for rows of `new` as cell 3 makes it."""
    new = new.copy()
    # cell 3
    new = pd.get_dummies(new, columns=["town"])
    missing = set(X.columns) - set(new.columns)
    for column in missing:
        new[column] = 0
    new = new[X.columns]
    # cell 4
    return model.predict(new)
