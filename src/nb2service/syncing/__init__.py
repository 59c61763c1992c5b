"""`nb2service sync`: the notebook changed, and the service follows."""
