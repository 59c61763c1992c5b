"""Archive: the folder of a service as one zip, the same bytes each time."""

import io
import json
import os
import zipfile
from pathlib import Path

from nb2service.recorded import FILE

# The first moment that a zip can tell.
_MOMENT = (1980, 1, 1, 0, 0, 0)


def archived(service: Path, notebook: Path) -> bytes:
    """Return the zip of a service that is meant to lie beside its notebook."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as zipped:
        paths = [path for path in service.rglob("*") if path.is_file()]
        for path in sorted(paths, key=lambda path: path.as_posix()):
            name = f"{service.name}/{path.relative_to(service).as_posix()}"
            info = zipfile.ZipInfo(name, _MOMENT)
            info.create_system = 3  # Unix, also elsewhere: only so the rights count
            info.external_attr = (0o755 if os.access(path, os.X_OK) else 0o644) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            data = path.read_bytes()
            if path == service / FILE:
                data = _beside(data, notebook)
            zipped.writestr(info, data)
    return target.getvalue()


def _beside(recorded: bytes, notebook: Path) -> bytes:
    """Return the recorded answers with the notebook's path as it is once the zip is unpacked."""
    told = json.loads(recorded)
    told["answers"]["notebook"] = f"../{notebook.name}"
    return (json.dumps(told, indent=2, ensure_ascii=False) + "\n").encode()
