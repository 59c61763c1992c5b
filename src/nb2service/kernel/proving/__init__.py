"""The proof's part in the notebook's Python: its kernel answers, a fresh process is asked."""
