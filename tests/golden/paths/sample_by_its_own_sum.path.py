# input: sample@3, 1 rows of 1
def predict(sample):
    """`prediction` of cell 3 for rows of `sample` as line 2 of cell 3 makes it."""
    sample = sample / sample.sum()
    prediction = model.predict(sample)
    return prediction[0]
