# input: houses@1, 9 rows of 34
# columns: town, rooms
# or #| predict: test@2 -> prediction
# or #| predict: X_test@2 -> prediction
# categories_2: the categories of test[['town', 'rooms']]
# x_train_columns: X_train.columns
def predict(houses):
    """`prediction` of cell 3 for rows of `houses` as cell 1 makes it."""
    # cell 2
    test = all_rows(houses[houses["town"] != "Carn"], houses, "test['town'] != 'Carn' (cell 2)")
    X_test = pd.get_dummies(as_categories(test[["town", "rooms"]], categories_2))
    X_test["town_Carn"] = 0
    X_test = X_test[x_train_columns]
    # cell 3
    return model.predict(X_test)
