"""From one marked notebook cell to a Flask service that gives the notebook's own answers."""

from typing import Any


def load_ipython_extension(shell: Any) -> None:
    """What `%load_ext nb2service` calls; see `jupyter/magic.py`."""
    from nb2service.jupyter.magic import load

    load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """What `%unload_ext` and `%reload_ext` call."""
    from nb2service.jupyter.magic import unload

    unload(shell)
