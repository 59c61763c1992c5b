# input: df@1, 9 rows of 40
# columns: a, b
# or #| predict: new@2 -> indices
def predict(df):
    """`indices` of cell 3 for rows of `df` as cell 1 makes it."""
    # cell 2
    new = df[["a", "b"]].values
    # cell 3
    return [*nearest.kneighbors(new)][1]
