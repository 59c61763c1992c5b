"""Translation validation: whether the function of a path gives what the notebook computed."""
