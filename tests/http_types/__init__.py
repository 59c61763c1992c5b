"""Every pair of input container and dtype, for `tests/test_http_types.py`."""
