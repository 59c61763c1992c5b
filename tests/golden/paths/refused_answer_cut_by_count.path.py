# refused_answer_cut_by_count.ipynb, cell 3: `y_pred` cannot be served from `X@3`: `pd.cut(model.predict(X), 3)` is computed of the answers of many rows
#     cell 3, line 2: y_pred = pd.cut(model.predict(X), 3)
# Put the way from a row to the answer into a function, mark it, and call it once. Or serve what the model itself answers: #| predict: -> model.predict(X)
