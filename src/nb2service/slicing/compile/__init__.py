"""Compile the function from an input to the answer: forward, backward, late bindings, text."""
