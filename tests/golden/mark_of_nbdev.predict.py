"""Extracted from mark_of_nbdev.ipynb, cell 4, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""

# cell 2
RATE = 2


# cell 3
def helper(x):
    return x * RATE


# cell 4, the marked one
def predict(a: int):
    return helper(a)
