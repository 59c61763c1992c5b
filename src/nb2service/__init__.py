"""From one marked notebook cell to a Flask service that gives the notebook's own answers."""
