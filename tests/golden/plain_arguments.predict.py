"""Extracted from plain_arguments.ipynb, cell 2, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""

# cell 1
RATES = {'north': 1.25, 'south': 0.75}


# cell 2, the marked one
def premium(age: int, region: str, smoker: bool = False, discount: float | None = None):
    price = 100 * RATES[region] * (2 if smoker else 1) + age
    return price - (discount or 0)
