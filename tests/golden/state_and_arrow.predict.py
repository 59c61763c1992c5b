"""Extracted from state_and_arrow.ipynb, cell 2, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""

from functools import partial
from model.loading import load as load_artifact

# cell 1
offset = 0.5

# cell 1, computed there: DictVectorizer
dv = load_artifact("dv.joblib")

# cell 1, computed there: LinearRegression
model = load_artifact("model.joblib")


# cell 2, the marked one
def estimate(table, dv, model, offset):
    return model.predict(dv.transform(table.to_dict(orient='records'))).round(6) + offset


# what the notebook passes on in every call
estimate = partial(estimate, dv=dv, model=model, offset=offset)
