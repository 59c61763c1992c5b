# input: houses@1, 20 rows of 60
# columns: town, rooms
# or #| predict: test@2 -> prediction
# or #| predict: X_test@2 -> prediction
# x_train_columns: X_train.columns
def predict(houses):
    """`prediction` of cell 3 for rows of `houses` as cell 1 makes it."""
    # cell 2
    X_test = pd.get_dummies(houses[["town", "rooms"]])
    X_test = X_test.reindex(columns=x_train_columns, fill_value=0)
    # cell 3
    return model.predict(X_test)
