# input: houses@1, 1 rows of 60
# columns: id, rooms
# or #| predict: houses@2 -> model.predict_proba([X.iloc[4]])[0, 1]
# or #| predict: X@2 -> model.predict_proba([X.iloc[4]])[0, 1]
def predict(houses):
    """The answer of cell 3 for rows of `houses` as cell 1 makes it."""
    # cell 2
    X = houses[["rooms", "id"]]
    # cell 3
    return model.predict_proba(X)[:, 1]
