"""Which files of this machine predict reads when it is called: a service elsewhere has none of them."""

import os
import sys
import tempfile
from pathlib import Path

# What belongs to Python and to the system is there in the service, too.
_SYSTEM = ("/dev", "/proc", "/sys", "/etc", "/usr")
_CODE = (".py", ".pyc", ".so")


def watch_files(notebook, *ours):
    """Note the files that are opened from now on, among them all that lie with the notebook.

    Args:
        notebook: the notebook's folder.
        ours: folders of the extraction and of the service.
    """
    own = _prefixes(*ours, sys.prefix)
    others = _prefixes(*_SYSTEM, sys.base_prefix, tempfile.gettempdir(), *sys.path)
    beside = _prefixes(notebook)
    opened = set()

    def note(event, arguments):
        if event != "open" or not isinstance(arguments[0], str):
            return
        path = os.path.realpath(arguments[0])
        if path.startswith(own) or path.endswith(_CODE):
            return
        if (path.startswith(beside) or not path.startswith(others)) and Path(path).is_file():
            opened.add(path)

    sys.addaudithook(note)
    return opened


def _prefixes(*folders):
    return tuple(os.path.realpath(folder).rstrip(os.sep) + os.sep for folder in folders if folder)
