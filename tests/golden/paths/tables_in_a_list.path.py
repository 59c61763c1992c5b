# input: houses@1, 20 rows of 60
# columns: age, rooms
# or #| predict: test@2 -> prediction
# or #| predict: X_test@3 -> prediction
# age_median_2: test['age'].median()
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    # cell 2
    test = houses.copy()
    test["age"] = test["age"].fillna(age_median_2)
    test["double"] = test["rooms"] * 2
    # cell 3
    X_test = test[["age", "double"]]
    # cell 4
    return model.predict(X_test)
