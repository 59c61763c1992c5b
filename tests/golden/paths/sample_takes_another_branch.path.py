# input: sample@3, 1 rows of 1
# columns: rooms
def predict(sample):
    """The answer of cell 3 for rows of `sample` as line 2 of cell 3 makes it."""
    sample = sample.copy()
    if sample["rooms"].iloc[0] > 5:
        sample["rooms"] = 5
    return model.predict(sample)[0]
