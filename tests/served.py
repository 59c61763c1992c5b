"""A real gunicorn around a service, by the template's own `tests/server.py`."""

import importlib.util
import re
from typing import Any

from nb2service import places

_SPEC = importlib.util.spec_from_file_location(
    "template_server", places.template() / "tests" / "server.py"
)
assert _SPEC
assert _SPEC.loader
_MODULE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)

Server = _MODULE.Server


def workers(server: Any) -> list[int]:
    """The workers that were started, the newest last."""
    return [
        int(n) for n in re.findall(r"Booting worker with pid: (\d+)", "\n".join(server.lines()))
    ]
