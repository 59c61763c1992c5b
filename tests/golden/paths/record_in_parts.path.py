# input: house@3, 1 rows of 1
# or #| predict: whole@4 -> price
def predict(house):
    """`price` of cell 5 for rows of `house` as cell 3 makes it."""
    # cell 3
    town = plans.transform(house[:, 1].reshape(1, 1))
    # cell 4
    whole = np.concatenate((house[:, [0]], town), axis=1)
    # cell 5
    price = model.predict(whole)
    return price[0]
