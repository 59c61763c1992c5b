"""The formats that artifacts are saved in, one file each.

A file is used twice: in the notebook's kernel, where it saves (`claims`, `requires`, `save`), and in
the service, where it loads (`load`, from the bytes that were verified, never from a path); extraction
copies the ones that a service needs into its `model/formats/`. So a format imports nothing but the
standard library at its top, and nothing of another format.

To add a format, add a file: it is found by lying here. Formats are asked in the order of their names;
the first that claims a value and can save it does. Those in `LAST` claim nearly everything.
"""

import importlib
import pkgutil
from types import ModuleType

LAST = ("joblib_pickle", "plain_pickle", "cloudpickle_value")


def _turn(form: ModuleType) -> int:
    return LAST.index(form.NAME) + 1 if form.NAME in LAST else 0


FORMATS: tuple[ModuleType, ...] = tuple(
    sorted(
        (
            importlib.import_module(f"{__name__}.{found.name}")
            for found in pkgutil.iter_modules(__path__)
        ),
        key=_turn,
    )
)
