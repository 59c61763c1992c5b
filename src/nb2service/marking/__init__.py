"""The mark: which cell predicts."""
