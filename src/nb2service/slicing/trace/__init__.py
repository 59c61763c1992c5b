"""Facts of a run: what was probed, which steps ran, what the names held, what was captured."""
