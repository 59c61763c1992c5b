# input: df@2, 28 rows of 48
# columns: area, rooms, age
# not from df@2 (line 1): ValueError: the notebook leaves such rows out: df['area'] > 400 (cell 2) (cell 2: odd = df[df['area'] > 400])
# or #| predict: test@3 -> y_pred
def predict(df):
    """`y_pred` of cell 4 for rows of `df` as cell 2 makes it."""
    return model.predict(df[cols])
