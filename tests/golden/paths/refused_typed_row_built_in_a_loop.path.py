# refused_typed_row_built_in_a_loop.ipynb, cell 3: `row` is put together in the cell, in a way that was not followed. Put the way from a row to the answer into a function, mark it, and call it once.
