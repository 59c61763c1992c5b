# input: houses@1, 10 rows of 60
# columns: town, age, rooms
# or #| predict: whole@2 -> prediction
# or #| predict: whole@3 -> prediction
# age_mean: whole['age'].mean()
# town_categories: the categories of houses['town']
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    # cell 2
    dummies = pd.get_dummies(as_categories(houses["town"], town_categories))
    whole = pd.concat([houses, dummies], axis="columns")
    whole = whole.drop(columns=["town", "Carn"])
    # cell 3
    whole["age"] = whole["age"].fillna(age_mean)
    # cell 4
    return model.predict(whole)
