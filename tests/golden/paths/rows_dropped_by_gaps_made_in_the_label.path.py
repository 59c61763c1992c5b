# input: df@2, 22 rows of 42
# columns: area, rooms, age
# not from df@2 (line 1): it drops rows in a way that no row alone can be asked about (cell 2: df = df.dropna(subset=['price']))
# or #| predict: test@3 -> y_pred
def predict(df):
    """`y_pred` of cell 4 for rows of `df` as cell 2 makes it."""
    return model.predict(df[cols])
