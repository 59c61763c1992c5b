"""Operations: what is known of the functions and methods that prepare rows.

A file for each family, found by lying here. It has `OPERATIONS`; see `operation.py`.
"""
