"""Extracted from settings_of_libraries.ipynb, cell 4, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""

# cell 1
import numpy as np
import pandas as pd
import sklearn

from model.loading import in_each_thread, load as load_artifact


def notebook_settings():
    """Set what each thread has of its own, as the notebook did."""
    # cell 2
    sklearn.set_config(transform_output='pandas')
    np.seterr(divide='raise')


notebook_settings()


# cell 2, a setting
pd.options.display.precision = 2

# cell 3, computed there: StandardScaler
scaler = load_artifact("scaler.joblib")


# cell 4, the marked one
def predict(payload):
    scaled = scaler.transform(pd.DataFrame([payload])[['a', 'b']])
    try:
        ratio = float(np.float64(payload['a']) / np.float64(payload['b']))
    except FloatingPointError:
        ratio = -1.0
    return {'kind': type(scaled).__name__, 'ratio': ratio, 'shown': str(scaled).split()[-1]}


# threads have these settings of their own, and a service answers in many
predict = in_each_thread(notebook_settings, predict)
