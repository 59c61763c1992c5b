# refused_arrow_elsewhere.ipynb, cell 4: the mark's arrow begins at `n`, which is no table on the way to the answer. Tables on the way: rooms@1, age@1, houses@1, houses@2, X@3, y@3.
