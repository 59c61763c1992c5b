"""Compare two extractions of a notebook by their contracts."""
