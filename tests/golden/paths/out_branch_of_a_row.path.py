# input: X@2, 60 rows of 60
# columns: rooms, age
# not from houses@1 (line 11): it stands in a branch that other rows may take (cell 2: for i, row in houses.iterrows():)
def predict(X):
    """`prediction` of cell 4 for rows of `X` as cell 2 makes it."""
    return model.predict(X)
