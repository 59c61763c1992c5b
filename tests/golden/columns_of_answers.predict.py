"""Extracted from columns_of_answers.ipynb, cell 2, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""

from model.loading import load as load_artifact

# cell 1, computed there: LogisticRegression
model = load_artifact("model.joblib")


# cell 2, the marked one
def predict(rows):
    proba = model.predict_proba(rows)
    return model.predict(rows), proba.max(axis=1).astype('float32').round(2), (proba[:, 1] > 0.5)
