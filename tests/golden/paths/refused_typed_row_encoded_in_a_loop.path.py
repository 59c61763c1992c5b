# refused_typed_row_encoded_in_a_loop.ipynb, cell 3: `price` cannot be served from `typed@3`: a loop makes it that cannot be written down
#     cell 3, line 5: for i, item in enumerate(typed):
# Put the way from a row to the answer into a function, mark it, and call it once.
