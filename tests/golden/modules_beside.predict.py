"""Extracted from modules_beside.ipynb, cell 2, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""

from measures import in_feet

# cell 1
import beside


# cell 2, the marked one
def predict(metres: float):
    return beside.rounded(in_feet(metres))
