# input: houses@1, 60 rows of 60
# columns: town, age, rooms
# or #| predict: houses@2 -> prediction
# or #| predict: X@3 -> prediction
# age_mean: houses['age'].mean()
# label_encoder_town: LabelEncoder().fit(houses['town'])
# rooms_mean: houses['rooms'].mean()
def predict(houses):
    """`prediction` of cell 4 for rows of `houses` as cell 1 makes it."""
    houses = houses.copy()
    # cell 2
    houses["town"] = label_encoder_town.transform(houses["town"])
    houses["age"] = houses["age"].fillna(age_mean)
    houses["rooms"] = houses["rooms"].fillna(rooms_mean)
    # cell 3
    X = houses[["town", "age", "rooms"]].values
    # cell 4
    return model.predict(X)
