# input: every@2, 20 rows of 60
# columns: age, rooms
# not from test@2 (line 2): concat puts rows of several tables together (cell 2: every = pd.concat([train, test]))
# or #| predict: X_test@2 -> prediction
# rooms_max: every['rooms'].max()
def predict(every):
    """`prediction` of cell 3 for rows of `every` as line 3 of cell 2 makes it."""
    every = every.copy()
    # cell 2
    every["rooms"] = every["rooms"] / rooms_max
    X_test = every[["age", "rooms"]]
    # cell 3
    return model.predict(X_test)
