"""The notebook: its cells, and their statements."""
