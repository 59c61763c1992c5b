# refused_answer_summed.ipynb, cell 3: `total` cannot be served from `X@3`: `model.predict(X).sum()` is computed of the answers of many rows
#     cell 3, line 2: total = model.predict(X).sum()
# Put the way from a row to the answer into a function, mark it, and call it once. Or serve what the model itself answers: #| predict: -> model.predict(X)
