# input: houses@1, 40 rows of 40
# columns: area, rooms, city
# or #| predict: houses@2 -> prediction
# or #| predict: X@2 -> prediction
def predict(houses):
    """`prediction` of cell 3 for rows of `houses` as cell 1 makes it."""
    # cell 2
    hot = pd.DataFrame(encoder.transform(houses[["city"]]), columns=encoder.get_feature_names_out(["city"]), index=houses.index)
    houses = pd.concat([houses.drop(columns=["city"]), hot], axis=1)
    # cell 3
    return model.predict(houses)
