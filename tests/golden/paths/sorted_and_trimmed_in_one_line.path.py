# input: s@3, 50 rows of 50
# columns: km
# not from s@2 (line 1): rows are dropped by their place in an order of all rows (cell 3: s, rest = (s[5:55], s[55:]))
def predict(s):
    """The answer of cell 4 for rows of `s` as cell 3 makes it."""
    return m.predict(s[["km"]])
