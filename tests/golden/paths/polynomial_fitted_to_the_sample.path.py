# input: rows@3, 1 rows of 1
def predict(rows):
    """The answer of cell 3 for rows like those written there."""
    return model.predict(poly.transform(rows))
