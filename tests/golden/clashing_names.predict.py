"""Extracted from clashing_names.ipynb, cell 3, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""

import numpy
from model.loading import load as load_artifact_

# cell 2, computed there
offset = numpy.float32(0.10000000149011612)

# cell 2
flags = {3, 1, 2}

# cell 2, computed there
nothing = float("nan")


# cell 1
def load_artifact(x):
    return x + 1


# cell 2, computed there: ndarray
predicted = load_artifact_("predicted.joblib")


# cell 3, the marked one
def predict(numbers: list):
    return [load_artifact(n) + offset for n in numbers if n in flags] + [nothing, predicted.sum()]
