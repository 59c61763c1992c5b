# input: X@4, 40 rows of 40
# not from X@2 (line 1): it stands in a branch that other rows may take (cell 2: for row in X:)
def predict(X):
    """`prediction` of cell 4 for rows of `X` as cell 4 uses it."""
    return model.predict(X)
