# input: flats@2, 40 rows of 40
# columns: area, rooms
# or #| predict: X@2 -> model.predict(X)
def predict(flats):
    """The answer of cell 3 for rows of `flats` as cell 2 makes it."""
    # cell 2
    X = flats[['area', 'rooms']]
    # cell 3
    return model.predict(X)
