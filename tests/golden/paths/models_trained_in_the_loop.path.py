# input: new@1, 12 rows of 12
# columns: a, b
# not from df@1 (line 8): a loop makes it that cannot be written down (cell 3: model = LinearRegression().fit(X.iloc[train], y.iloc[train]))
# or #| predict: X_new@2 -> y_pred
# model_2: model
# model_3: model
# model_4: model
def predict(new):
    """`y_pred` of cell 3 for rows of `new` as cell 1 makes it."""
    # cell 2
    X_new = new * 2
    # cell 3
    answers = []
    answers.append(model_2.predict(X_new))
    answers.append(model_3.predict(X_new))
    answers.append(model_4.predict(X_new))
    return np.mean(answers, axis=0)
