"""How requests come in and take turns: the worker, its connections, and the gate before predict."""
