"""The service's own `to_json.py`: what is recorded must be plain in the way that the service has it.

Loaded by its path, because the notebook may have a module `service` itself.
"""

import importlib.util
from typing import TYPE_CHECKING

from ..places import service

if TYPE_CHECKING:
    from service.records.to_json import to_answer, to_plain
else:
    _file = service() / "records" / "to_json.py"
    _spec = importlib.util.spec_from_file_location(f"{__name__}_of_service", _file)
    _plain = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(_plain)
    to_answer, to_plain = _plain.to_answer, _plain.to_plain

__all__ = ["to_answer", "to_plain"]
