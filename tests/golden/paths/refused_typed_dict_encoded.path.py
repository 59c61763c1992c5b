# refused_typed_dict_encoded.ipynb, cell 3: `home` is put together in the cell, in a way that was not followed. Put the way from a row to the answer into a function, mark it, and call it once.
