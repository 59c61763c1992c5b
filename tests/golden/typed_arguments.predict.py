"""Extracted from typed_arguments.ipynb, cell 1, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""


# cell 1, the marked one
def price(area, rooms):
    return 100 * area + 10 * rooms
