"""The prover's first lines: load the kernel side by path, as the notebook's kernel does, and go."""

import importlib
import sys
import types
from pathlib import Path

if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    # Nothing of this folder may be found by its bare name.
    sys.path[:] = [folder for folder in sys.path if Path(folder).resolve() != here]
    sys.dont_write_bytecode = True
    package = types.ModuleType("_nb2service")
    package.__path__ = [str(here.parent)]
    sys.modules["_nb2service"] = package
    importlib.import_module("_nb2service.kernel.proving.process").main()
