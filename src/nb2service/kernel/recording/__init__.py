"""The calls of predict while the notebook runs, as plain data."""
