# refused_comprehension.ipynb, cell 3, line 2: one.predict stands in a comprehension, so it is many answers. Write what makes one answer of them into a function, mark it, and call it once.
