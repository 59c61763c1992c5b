# input: X@3, 60 rows of 60
# columns: age, rooms
# not from houses@1 (line 11): it may stop at some rows, and which these are was not followed (cell 2: Rules().check(houses))
def predict(X):
    """`prediction` of cell 4 for rows of `X` as cell 3 makes it."""
    return model.predict(X)
