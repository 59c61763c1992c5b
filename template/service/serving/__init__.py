"""How requests come in: the worker, its connections, and what the master does otherwise."""
