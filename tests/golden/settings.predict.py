"""Extracted from settings.ipynb, cell 5, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""

# cell 1
import decimal
import os
import time
import warnings
from datetime import datetime

from model.loading import in_each_thread

# cell 2, a setting
os.environ['TZ'] = 'America/New_York'
time.tzset()
os.environ['RATE'] = '0.3'


def notebook_settings():
    """Set what each thread has of its own, as the notebook did."""
    # cell 3
    decimal.getcontext().prec = 5


notebook_settings()


# cell 3, a setting
warnings.filterwarnings('ignore')
warnings.simplefilter('error', RuntimeWarning)

# cell 5, computed there
predict_limit = 10


# cell 5, the marked one
def predict(payload, limit=predict_limit):
    share = decimal.Decimal(payload['part']) / decimal.Decimal(payload['whole'])
    hour = datetime.fromtimestamp(payload['at']).hour
    try:
        warnings.warn('far', RuntimeWarning)
        loud = False
    except RuntimeWarning:
        loud = True
    return {'share': float(share), 'hour': hour, 'over': payload['part'] > limit, 'loud': loud,
            'rate': float(os.environ.get('RATE', '0'))}


# threads have these settings of their own, and a service answers in many
predict = in_each_thread(notebook_settings, predict)
