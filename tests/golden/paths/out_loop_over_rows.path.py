# input: houses@2, 60 rows of 60
# columns: rooms, minutes
# not from houses@1 (line 11): row 2 alone gives [338.5876685784604], in the table [239.49002302379125]
# or #| predict: X@2 -> prediction
def predict(houses):
    """`prediction` of cell 3 for rows of `houses` as cell 2 makes it."""
    # cell 2
    X = houses[["minutes", "rooms"]]
    # cell 3
    return model.predict(X)
