# input: X@3, 60 rows of 60
# columns: rooms, id
# not from X above: something changes it in a way that was not followed
def predict(X):
    """`prediction` of cell 3 for rows of `X` as cell 3 uses it."""
    return model.predict(X)
