# refused_answer_scaled_by_itself.ipynb, cell 4: `y_pred` cannot be served from `X@4`: `StandardScaler().fit_transform(model.predict(X).reshape(-1, ` is computed of the answers of many rows
#     cell 4, line 2: y_pred = StandardScaler().fit_transform(model.predict(X).reshape(-1, 1))
# Put the way from a row to the answer into a function, mark it, and call it once. Or serve what the model itself answers: #| predict: -> model.predict(X)
