# input: X@2, 40 rows of 40
# columns: area, age
# not from X@2 (line 1): it may change it in a way that cannot be followed (cell 2: t = globals()['XY'[:1]])
def predict(X):
    """`prediction` of cell 4 for rows of `X` as cell 2 makes it."""
    return model.predict(X)
