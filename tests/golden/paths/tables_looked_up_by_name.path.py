# input: houses@1, 10 rows of 40
# columns: area, age
# or #| predict: test@2 -> prediction
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    houses = houses.copy()
    # cell 2
    train = houses.copy()
    test = houses.copy()
    t = train
    t["area"] = t["area"].clip(upper=250)
    setattr(t, "age", t.age.clip(upper=90))
    t = test
    t["area"] = t["area"].clip(upper=250)
    setattr(t, "age", t.age.clip(upper=90))
    # cell 4
    return model.predict(test)
