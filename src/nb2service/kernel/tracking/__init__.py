"""Snapshots of the notebook's data while it runs, from which the path of a bare cell is made."""
