# input: df@3, 1 rows of 1
# not from X@2 (line 1): TypeError: unsupported format string passed to numpy.ndarray.__format__ (cell 3: print(f'Price: {model.predict(X.iloc[[-1]])[0]:.2f}'))
def predict(df):
    """The answer of cell 3 for rows like those written there."""
    return f"Price: {model.predict(df)[0]:.2f}"
