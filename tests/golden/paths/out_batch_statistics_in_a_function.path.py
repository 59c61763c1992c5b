# input: X@2, 60 rows of 60
# columns: age, rooms
# not from houses@1 (line 11): a row unlike the others gives another `X` alone than among them (cell 2: X = centred(houses[['age', 'rooms']].fillna(0)))
def predict(X):
    """`prediction` of cell 3 for rows of `X` as cell 2 makes it."""
    return model.predict(X)
