# input: km@1, 60 rows of 60
# or #| predict: X@2 -> rides
def predict(km):
    """`rides` of cell 3 for rows of `km` as cell 1 makes it."""
    # cell 2
    X = km.copy()
    np.maximum(X, 0, X)
    # cell 3
    rides = m.predict(X)
    np.rint(rides, rides)
    return rides
