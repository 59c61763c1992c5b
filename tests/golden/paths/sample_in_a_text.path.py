# input: sample@3, 1 rows of 1
def predict(sample):
    """The answer of cell 3 for rows of `sample` as cell 3 makes it."""
    return f"Price: {model.predict(sample)[0]:.1f}"
