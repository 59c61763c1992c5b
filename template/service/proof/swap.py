"""Swap: new files take the places of old ones, all of them or none.

They are written beside the service first. Moving them takes a moment, and a process that nobody's
Ctrl-C reaches does it: this file, run as a script, which needs the standard library alone. What a
machine that stopped in that moment left is moved on by the next `make upgrade`.
"""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

STAGE = ".upgrade"


def swap(root: Path, texts: Mapping[str, str]) -> None:
    """Put the texts into the files of the folder, by their paths in it; empty ones are left out."""
    new = root / STAGE / "new"
    shutil.rmtree(root / STAGE, ignore_errors=True)
    for name, text in texts.items():
        if text:
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            (new / name).write_text(text, encoding="utf-8")
    new.rename(root / STAGE / "ready")  # from here on it is the new ones
    subprocess.run(  # noqa: S603
        [sys.executable, "-I", __file__, str(root)], check=True, start_new_session=True
    )


def finish(root: Path) -> None:
    """Move what is ready to its places; what is not ready goes away."""
    ready = root / STAGE / "ready"
    for file in sorted(ready.rglob("*")):
        if file.is_file():
            file.replace(root / file.relative_to(ready))
    shutil.rmtree(root / STAGE, ignore_errors=True)


if __name__ == "__main__":
    finish(Path(sys.argv[1]))
