"""The version of a model whose notebook gives it none: a checksum of what answers."""

import hashlib
import json

from nb2service.extraction import Extraction


def version_of(extraction: Extraction) -> str:
    """Return the notebook's name and the start of a SHA-256 of the model's code and artifacts.

    What is served gives the version: another training gives another one, and a cell that only plots
    does not.
    """
    told = {
        "predict": extraction.mark.definition.source,
        "items": {
            name: [item.artifact.sha256, dict(item.artifact.state)]
            if item.artifact
            else item.source
            for name, item in sorted(extraction.items.items())
        },
        "bound": dict(extraction.bound),
        "modules": {
            module.name: hashlib.sha256(module.file.read_bytes()).hexdigest()
            for module in sorted(extraction.modules, key=lambda one: one.name)
        },
    }
    digest = hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()
    return f"{extraction.notebook.path.stem}-{digest[:8]}"
