"""The proof that the service answers as the notebook did; nothing of it is imported to serve."""
