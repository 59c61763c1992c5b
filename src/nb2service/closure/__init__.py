"""The closure: all that the marked cell needs, and what it becomes in the service."""
