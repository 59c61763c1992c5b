"""Extracted from texts.ipynb, cell 2, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""

from model.loading import load as load_artifact

# cell 1
LONGEST = 4


def shorten(word):
    return word[:LONGEST]


# cell 1, computed there: Pipeline
model = load_artifact("model.cloudpickle")


# cell 2, the marked one
def predict(texts: list[str]):
    return model.predict(texts)
