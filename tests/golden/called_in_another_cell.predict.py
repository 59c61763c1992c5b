"""Extracted from called_in_another_cell.ipynb, cell 2, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""

# cell 1
import numpy as np

from model.loading import load as load_artifact

# cell 1, computed there
names = np.array(['rice', 'maize', 'cotton'], dtype='<U6')


# cell 2
def crop_of(row):
    return names[model.predict(row)][0]


# cell 1, computed there: LogisticRegression
model = load_artifact("model.joblib")


# cell 2, the marked one
def recommendation(N, P, K):
    row = np.array([[N, P, K]])
    return crop_of(row)
