"""The model, as extraction wrote it: nothing in this folder is edited by hand."""

import sys
from pathlib import Path

# Modules that lay beside the notebook keep their names: `from utils import clean` still finds utils.
_beside_the_notebook = Path(__file__).parent / "modules"
if _beside_the_notebook.is_dir():
    sys.path.insert(0, str(_beside_the_notebook))
