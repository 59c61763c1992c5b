# input: X@2, 60 rows of 60
# columns: age, rooms
# not from houses@1 (line 11): row 1 alone gives [226.27333333333334], in the table [337.76613010664335]
def predict(X):
    """`prediction` of cell 3 for rows of `X` as cell 2 makes it."""
    return model.predict(X)
