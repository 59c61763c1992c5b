"""Extracted from dmatrix.ipynb, cell 2, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""

from model.loading import load as load_artifact

# cell 1, computed there: Booster
booster = load_artifact("booster.ubj")


# cell 2, the marked one
def predict(d):
    return booster.predict(d)
