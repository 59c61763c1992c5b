"""Scoring: many rows of a file answered without a server; `python -m service.score`."""
