# input: flats@2, 40 rows of 40
# columns: area, rooms
# or #| predict: X@2 -> y_pred
def predict(flats):
    """`y_pred` of cell 3 for rows of `flats` as cell 2 makes it."""
    # cell 2
    X = flats[['area', 'rooms']]
    # cell 3
    y_pred = model.predict(X)
    other = y_pred
    other[other < 5] = 5
    return y_pred
