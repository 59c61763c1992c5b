# input: X@3, 60 rows of 60
# columns: age, rooms
# model_2: model
def predict(X):
    """`p` of cell 3 for rows of `X` as cell 3 uses it."""
    return model_2.predict(X)
