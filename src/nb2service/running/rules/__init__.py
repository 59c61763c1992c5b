"""The known causes of a failing cell, by what they are about; see `running/remedies.py`."""
