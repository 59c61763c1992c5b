"""From one marked notebook cell to a Flask service that gives the notebook's own answers."""

from typing import Any


def load_ipython_extension(shell: Any) -> None:
    """What `%load_ext nb2service` calls; see `jupyter.py`."""
    from nb2service.jupyter import load_ipython_extension as load

    load(shell)
