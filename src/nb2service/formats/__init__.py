"""The formats that artifacts are saved in, one file each.

A file is used twice: in the notebook's kernel, where it saves (`claims`, `requires`, `save`), and in
the service, where it loads (`load`); extraction copies the ones that a service needs into its
`model/formats/`. So a format imports nothing but the standard library at its top.

To add a format, add a file: it is found by lying here. The first format that claims a value saves
it; `joblib_pickle` claims everything and is asked last.
"""

import importlib
import pkgutil
from types import ModuleType

FORMATS: tuple[ModuleType, ...] = tuple(
    sorted(
        (
            importlib.import_module(f"{__name__}.{found.name}")
            for found in pkgutil.iter_modules(__path__)
        ),
        key=lambda form: form.NAME == "joblib_pickle",
    )
)
