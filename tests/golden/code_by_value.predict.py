"""Extracted from code_by_value.ipynb, cell 5, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""

# cell 1
import functools
from math import log

from model.loading import load as load_artifact

# cell 1
STOP = {"a", "the"}


# cell 2
def words(text):
    return [word for word in text.lower().split() if word not in STOP]


@functools.cache
def stem(word):
    return word[:4]


first_word = lambda text: stem(words(text)[0])


def to_base(base):
    def logarithm(value):
        return log(value) / log(base)

    return logarithm


# cell 3, computed there: dict
features = load_artifact("features.cloudpickle")
scaled = load_artifact("scaled.cloudpickle")


# cell 5, the marked one
def predict(payload: dict):
    row = {name: feature(payload) for name, feature in features.items()}
    row["step"] = scaled["step"](payload["size"])
    row["log"] = scaled["log"](payload["size"])
    return {"score": row["length"] + row["first"] + row["size"] + row["step"] + row["log"]}
