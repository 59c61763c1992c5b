# input: rows@5, 1 rows of 1
# or #| predict: X_test@5 -> model.predict_proba(X_test)[0, 1]
def predict(rows):
    """The answer of cell 5 for rows like those written there."""
    X_test = vectorizer.transform(rows)
    return model.predict_proba(X_test)[:, 1]
