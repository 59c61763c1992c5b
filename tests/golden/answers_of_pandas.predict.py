"""Extracted from answers_of_pandas.ipynb, cell 2, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""

# cell 1
import pandas as pd

from model.loading import load as load_artifact

# cell 1
START = pd.Timestamp('2024-05-01')

# cell 1, computed there: Categorical
BANDS = load_artifact("BANDS.joblib")


# cell 2, the marked one
def predict(days: int):
    moment = START + pd.Timedelta(days, 'D')
    months = pd.period_range('2024-01', periods=days, freq='M')
    return {
        'moment': moment,
        'period': moment.to_period('M'),
        'late': moment > START,
        'bands': BANDS,
        'forecast': pd.Series(range(days), index=months).to_dict(),
        'table': pd.DataFrame({'day': range(days)}),
        'none': pd.NaT,
    }
