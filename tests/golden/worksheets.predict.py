"""Extracted from worksheets.ipynb, cell 2, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""

# cell 1
RATE = 2


# cell 2, the marked one
def predict(a):
    return a * RATE
