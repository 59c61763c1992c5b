"""Extracted from names_in_many_cells.ipynb, cell 8, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""

# cell 1
import math

# cell 2
# how steep the curve is
STEEP = 1.5

# cell 2, computed there
NAMES = ['age', 'income']

# cell 2
TABLE = {'low': 1, 'high': 2}

# cell 4, computed there
mean_age = 32
long_list = [
    0, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10000, 11000, 12000, 13000,
    14000, 15000, 16000, 17000, 18000, 19000, 20000, 21000, 22000, 23000, 24000, 25000,
    26000, 27000, 28000, 29000, 30000, 31000, 32000, 33000, 34000, 35000, 36000, 37000,
    38000, 39000,
]


# cell 5
def squash(x):
    # the helper below is defined after its user
    return 1 / (1 + math.exp(-STEEP * shift(x)))


# cell 6
def shift(x):
    return x - mean_age


# cell 7
double = lambda v: v * 2


# cell 8, the marked one
def predict(payload: dict):
    'How likely.'
    values = [payload[n] for n in NAMES]
    return {'p': squash(values[0]), 'level': TABLE['high'], 'sum': double(sum(values)), 'longest': max(long_list)}
