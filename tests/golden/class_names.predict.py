"""Extracted from class_names.ipynb, cell 2, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""

from model.loading import load as load_artifact

# cell 1, computed there: LogisticRegression
model = load_artifact("model.joblib")


# cell 2, the marked one
def predict(X):
    return model.predict_proba(X).round(6)
