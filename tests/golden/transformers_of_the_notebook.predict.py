"""Extracted from transformers_of_the_notebook.ipynb, cell 5, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""

# cell 1
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin

from model.loading import load as load_artifact


# cell 3
class Clip(BaseEstimator, TransformerMixin):
    '''Nothing above the highest that was seen.'''

    def __init__(self, share=1.0):
        self.share = share

    def fit(self, X, y=None):
        self.top_ = X.max() * self.share
        return self

    def transform(self, X):
        return X.clip(upper=self.top_, axis=1)


# cell 4, computed there: Pipeline
model = load_artifact("model.joblib")


# cell 5, the marked one
def predict(df: pd.DataFrame):
    return model.predict(df)
