"""Extracted from class_in_pickle.ipynb, cell 5, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""

# cell 1
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin

from model.loading import load as load_artifact

# cell 2
LIMIT = 3.0


def limit(frame, at=LIMIT):
    return frame.clip(upper=at)


# cell 3
class Clip(TransformerMixin, BaseEstimator):
    """Cut off what is too high."""

    def fit(self, X, y=None):
        self.fitted_ = True
        return self

    def transform(self, X):
        return limit(X)


# cell 4, computed there: Pipeline
model = load_artifact("model.joblib")


# cell 5, the marked one
def predict(df: pd.DataFrame):
    return model.predict_proba(df)[:, 1]
