# refused_answer_ranked.ipynb, cell 3: `y_pred` cannot be served from `X@3`: rank looks across the rows
#     cell 3, line 2: y_pred = pd.Series(model.predict(X)).rank(pct=True)
# Put the way from a row to the answer into a function, mark it, and call it once. Or serve what the model itself answers: #| predict: -> model.predict(X)
