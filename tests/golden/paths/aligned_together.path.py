# input: df@1, 10 rows of 40
# columns: a, kind
# or #| predict: X_test@2 -> y_pred
# categories: the categories of train[['a', 'kind']]
# categories_2: the categories of test[['a', 'kind']]
def predict(df):
    """`y_pred` of cell 4 for rows of `df` as cell 1 makes it."""
    # cell 2
    train = df
    X_train = pd.get_dummies(as_categories(train[["a", "kind"]], categories))
    X_test = pd.get_dummies(as_categories(df[["a", "kind"]], categories_2))
    taken_apart = X_train.align(X_test, join="left", axis=1, fill_value=0)
    X_test = [*taken_apart][1]
    # cell 4
    return model.predict(X_test)
