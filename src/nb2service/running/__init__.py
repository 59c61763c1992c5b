"""The run: the notebook in its own kernel, and what to say of cells that fail."""
