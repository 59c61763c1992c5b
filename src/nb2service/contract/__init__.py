"""The contract: what a request and an answer look like."""
