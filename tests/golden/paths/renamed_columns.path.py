# input: houses@1, 60 rows of 60
# columns: age, rooms
# or #| predict: houses@2 -> prediction
# or #| predict: X@2 -> prediction
def predict(houses):
    """`prediction` of cell 3 for rows of `houses` as cell 1 makes it."""
    # cell 2
    houses = houses.rename(columns={"age": "AGE", "rooms": "ROOMS"})
    X = houses[["AGE", "ROOMS"]].fillna(0)
    # cell 3
    return model.predict(X)
