# input: corpus@2, 60 rows of 60
# or #| predict: X@3 -> labels
def predict(corpus):
    """`labels` of cell 4 for rows of `corpus` as cell 2 makes it."""
    # cell 3
    X = cv.transform(corpus).toarray()
    # cell 4
    return model.predict(X)
