# input: houses@1, 60 rows of 60
# columns: rooms
def predict(houses):
    """`shares` of cell 3 for rows of `houses` as cell 1 makes it."""
    shares = np.take(model.predict_proba(houses[["rooms"]]), [2, 0, 1], axis=1)
    shares[:, 1] *= 0.5
    return shares
