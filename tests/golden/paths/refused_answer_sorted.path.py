# refused_answer_sorted.ipynb, cell 3: `best` cannot be served from `houses@1`: sort looks across the rows
#     cell 3, line 3: best.sort()
# Put the way from a row to the answer into a function, mark it, and call it once. Or serve what the model itself answers: #| predict: -> model.predict(houses[['rooms']])
