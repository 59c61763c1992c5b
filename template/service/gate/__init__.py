"""The gate before predict: who runs, who waits, who is answered together."""
