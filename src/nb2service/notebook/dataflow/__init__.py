"""Dataflow: what each statement of a notebook binds, may change and uses, and what comes from what."""
