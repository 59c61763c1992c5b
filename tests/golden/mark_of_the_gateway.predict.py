"""Extracted from mark_of_the_gateway.ipynb, cell 1, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""

# cell 1
RATE = 2


# cell 1, the marked one
def predict(a: int):
    return a * RATE
