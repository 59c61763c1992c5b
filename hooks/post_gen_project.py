"""Put the extracted model in its place and show the result card."""

import sys

sys.path.pop(
    0
)  # the temporary folder that Cookiecutter runs this from, and whatever else lies there

import json
from pathlib import Path

# Written by the first hook: this one uses the same library, wherever that was found.
HANDOVER = json.loads(Path(".nb2service", "handover.json").read_text(encoding="utf-8"))
sys.path.insert(0, HANDOVER["library"])

from nb2service.hooks import post_gen  # noqa: E402

sys.exit(post_gen(HANDOVER))
