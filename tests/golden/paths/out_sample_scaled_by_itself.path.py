# input: sample@3, 1 rows of 1
# not from sample@3 (line 1): it fits anew to this one record (cell 3: sample = StandardScaler().fit_transform(sample))
def predict(sample):
    """`price` of cell 4 for rows of `sample` as cell 3 makes it."""
    return model.predict(sample)
