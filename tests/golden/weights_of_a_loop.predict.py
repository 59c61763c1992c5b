"""Extracted from weights_of_a_loop.ipynb, cell 2, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""

from functools import partial

# cell 1, computed there
w = 2.0037171575576287


# cell 2, the marked one
def price(area, rooms, w):
    return round(w * area + 10 * rooms, 6)


# what the notebook passes on in every call
price = partial(price, w=w)
