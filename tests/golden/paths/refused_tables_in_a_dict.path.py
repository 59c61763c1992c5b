# refused_tables_in_a_dict.ipynb, cell 3: no table was seen on the way to `prediction`. Predict on a table, an array or a list that a cell binds to a name.
