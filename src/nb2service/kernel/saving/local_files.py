"""Which modules lie with the user's work: neither Python's own nor installed ones."""

import functools
import os
import pathlib
import sys
import sysconfig


@functools.cache
def _library():
    """The folders of Python itself and of what is installed, as they are named and as they are."""
    folders = [sysconfig.get_paths()[key] for key in ("stdlib", "platstdlib", "purelib", "platlib")]
    folders += [os.path.realpath(folder) for folder in folders]
    return tuple(folder.rstrip(os.sep) + os.sep for folder in folders)


def local_file(module_name):
    """The file or package folder of a module that lies with the user's work, else None.

    Neither the standard library nor what pip installed counts.
    """
    module = sys.modules.get(module_name)
    origin = getattr(module, "__file__", None)
    # A thousand modules are asked about: the disk comes last.
    if not isinstance(origin, str) or "site-packages" in origin or "dist-packages" in origin:
        return None
    if origin.startswith(_library()):
        return None
    path = os.path.realpath(origin)
    if "site-packages" in path or "dist-packages" in path or path.startswith(_library()):
        return None
    if not pathlib.Path(path).is_file():
        return None  # some of PyTorch's have only the name of a file
    return os.path.dirname(path) if os.path.basename(path) == "__init__.py" else path
