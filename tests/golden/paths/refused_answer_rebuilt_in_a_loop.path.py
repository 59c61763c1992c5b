# refused_answer_rebuilt_in_a_loop.ipynb, cell 3: `y_pred` cannot be served from `X@2`: a loop makes it that cannot be written down
#     cell 3, line 4: for value in y_pred:
# Put the way from a row to the answer into a function, mark it, and call it once. Or serve what the model itself answers: #| predict: -> model.predict(X)
