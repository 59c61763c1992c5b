"""The proof: the extracted code answers as the notebook did, and what it requires."""
