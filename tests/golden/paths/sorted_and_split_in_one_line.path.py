# input: df@1, 30 rows of 60
# columns: km
# or #| predict: s@2 -> m.predict(late[['km']])
# or #| predict: late@3 -> m.predict(late[['km']])
def predict(df):
    """The answer of cell 4 for rows of `df` as cell 1 makes it."""
    return m.predict(df[["km"]])
