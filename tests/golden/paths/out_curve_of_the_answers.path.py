# out_curve_of_the_answers.ipynb, cell 3: `found` cannot be served from `X@2`: `roc_curve(is_dear, scores)` is computed of the answers of many rows
#     cell 3, line 5: false, true, thresholds = roc_curve(is_dear, scores)
# Put the way from a row to the answer into a function, mark it, and call it once.
