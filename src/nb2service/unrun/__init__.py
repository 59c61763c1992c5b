"""Unrun: serve a notebook without running it, from the files that it saved (`run_notebook=no`)."""
