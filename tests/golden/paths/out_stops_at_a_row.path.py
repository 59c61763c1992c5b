# input: X@2, 60 rows of 60
# columns: rooms, age
# not from houses@1 (line 11): it may stop at some rows, and which these are was not followed (cell 2: for rooms in houses['rooms']:)
def predict(X):
    """`prediction` of cell 4 for rows of `X` as cell 2 makes it."""
    return model.predict(X)
