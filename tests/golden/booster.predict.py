"""Extracted from booster.ipynb, cell 3, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""

# cell 1
import numpy as np
import xgboost as xgb

from model.loading import load as load_artifact

# cell 2, computed there
high = np.float64(2.9111303115199396)
low = np.float64(-2.7762305655437123)
weights = np.array([0.5, 2.0], dtype='<f8')

# cell 1, computed there: Booster
booster = load_artifact("booster.ubj")


# cell 3, the marked one
def predict(payload):
    row = xgb.DMatrix(np.array([[payload['u'], payload['v']]]) * weights, feature_names=['u', 'v'])
    return float(np.clip(booster.predict(row)[0], low, high))
