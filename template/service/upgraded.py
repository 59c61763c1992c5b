"""Upgraded: versions other than the notebook's, at which `make upgrade` proved this model again."""

import re
from collections.abc import Mapping
from pathlib import Path

FILE = "upgraded.txt"  # in model/; a sync, which brings another model, leaves it behind
_PIN = re.compile(r"^([\w.-]+)==(\S+)$", re.MULTILINE)
_HEAD = """\
# What the model needs, at the versions at which `make upgrade` proved its answers again. They stand
# in place of requirements.txt, which has the notebook's. Proven with the calls of
# {calls}
"""


def upgraded_versions(model: Path) -> dict[str, str]:
    """Return the versions by package; none where this model was proven at the notebook's alone."""
    try:
        text = (model / FILE).read_text(encoding="utf-8")
        proven = f"# {_calls(model)}\n"
    except OSError:
        return {}
    # Other calls were recorded of another model, of which this proof says nothing.
    return dict(_PIN.findall(text)) if proven in text else {}


def upgraded_text(model: Path, versions: Mapping[str, str]) -> str:
    """Return the text of the file for this model."""
    pins = "".join(f"{name}=={versions[name]}\n" for name in sorted(versions))
    return _HEAD.format(calls=_calls(model)) + pins


def _calls(model: Path) -> str:
    """Return the line that identifies what was proven; the calls themselves may be taken out."""
    lines = (model / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    return next((line for line in lines if line.endswith("  calls.json")), "calls.json")
