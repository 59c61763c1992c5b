"""Rendering: the notebook as one page of HTML in its service, which says where the model came from."""
