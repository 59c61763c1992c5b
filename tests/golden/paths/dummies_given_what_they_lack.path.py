# input: test@2, 9 rows of 9
# columns: town, rooms
# not from test@2 (line 1): 11 of 20 rows are dropped by what they hold, so that the notebook has no answer for such rows (cell 2: test = test[test['town'] != 'Carn'])
# or #| predict: X_test@2 -> prediction
# categories: the categories of test[['town', 'rooms']]
# x_train_columns: X_train.columns
def predict(test):
    """`prediction` of cell 3 for rows of `test` as cell 2 makes it."""
    # cell 2
    X_test = pd.get_dummies(as_categories(test[["town", "rooms"]], categories))
    X_test["town_Carn"] = 0
    X_test = X_test[x_train_columns]
    # cell 3
    return model.predict(X_test)
