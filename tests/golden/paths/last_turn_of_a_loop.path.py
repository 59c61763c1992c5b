# input: X@2, 60 rows of 60
# columns: age, rooms
# model_2: model
def predict(X):
    """`p` of cell 3 for rows of `X` as cell 2 makes it."""
    return model_2.predict(X)
