# input: rows@3, 1 rows of 1
# not from house@3 (line 3): 2 rows give 1 answers
def predict(rows):
    """`prediction` of cell 3 for rows like those written there."""
    return model.predict(rows)
