# input: X@2, 60 rows of 60
# columns: rooms, id
# not from X@2 (line 5): a row unlike the others gives another `X` alone than among them (cell 2: ranked(X))
def predict(X):
    """`prediction` of cell 3 for rows of `X` as cell 2 makes it."""
    return model.predict(X)
