"""Write what is installed here as a CycloneDX document: `sbom.py model/contract.json`.

The same packages give the same bytes: nothing in it says when or where it was made.
"""

import json
import re
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any


def bill(contract: dict[str, Any]) -> dict[str, Any]:
    """Return the document: the model as its subject, Python and each distribution as components."""
    model = {"type": "machine-learning-model", "bom-ref": "model", "name": contract["title"]}
    origin = contract.get("provenance", {})
    if "notebook_sha256" in origin:
        model["hashes"] = [{"alg": "SHA-256", "content": origin["notebook_sha256"]}]
    version = "{}.{}.{}".format(*sys.version_info)
    python = {"type": "platform", "bom-ref": "python", "name": "python", "version": version}
    found = sorted((_component(one) for one in distributions()), key=lambda one: one["purl"])
    refs = ["python", *(one["bom-ref"] for one in found)]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {**model, "version": contract["model_version"]}},
        "components": [python, *found],
        "dependencies": [{"ref": "model", "dependsOn": refs}],
    }


def _component(found: Distribution) -> dict[str, Any]:
    name = re.sub(r"[-_.]+", "-", found.metadata["Name"]).lower()
    purl = f"pkg:pypi/{name}@{found.version.replace('+', '%2B')}"
    made = {"type": "library", "bom-ref": purl, "name": name, "version": found.version}
    made["purl"] = purl
    if licence := found.metadata.get("License-Expression"):
        return {**made, "licenses": [{"expression": licence}]}
    return made


if __name__ == "__main__":
    document = bill(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    print(json.dumps(document, indent=1))
