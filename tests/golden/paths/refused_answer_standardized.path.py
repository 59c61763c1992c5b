# refused_answer_standardized.ipynb, cell 3: `y_pred` cannot be served from `X@2`: `y_pred.mean()` is computed of the answers of many rows
#     cell 3, line 3: y_pred = (y_pred - y_pred.mean()) / y_pred.std()
# Put the way from a row to the answer into a function, mark it, and call it once. Or serve what the model itself answers: #| predict: -> model.predict(X)
