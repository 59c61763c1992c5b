# input: rows@3, 1 rows of 1
def predict(rows):
    """`chances` of cell 3 for rows like those written there."""
    return model.predict_proba(rows)[0]
