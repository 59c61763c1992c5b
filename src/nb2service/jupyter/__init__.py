"""Inside Jupyter: the magics `%service` and `%%service`, and the exporter of nbconvert."""
