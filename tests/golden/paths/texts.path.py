# input: houses@2, 15 rows of 60
# columns: note
# or #| predict: houses@3 -> labels
# or #| predict: X_test@3 -> labels
def predict(houses):
    """`labels` of cell 4 for rows of `houses` as cell 2 makes it."""
    houses = houses.copy()
    # cell 3
    houses["note"] = houses["note"].apply(clean)
    X_test = houses["note"]
    X_test = tfidf.transform(X_test)
    # cell 4
    return model.predict(X_test)
