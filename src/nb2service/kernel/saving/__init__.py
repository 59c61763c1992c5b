"""What becomes of a value of the notebook: code, a literal or an artifact."""
