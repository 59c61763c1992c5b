# refused_record_typed_in_pieces.ipynb, cell 5: `prediction` cannot be served from `texts@5`: `numbers` comes from the same record, and would stay as it is in the example
#     cell 5, line 2: prediction = model.predict(np.hstack([numbers, texts]))
# Put the way from a row to the answer into a function, mark it, and call it once.
