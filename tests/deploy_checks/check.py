"""Check a service's files for deployment with the tools of others; run where these are installed.

    check.py WHAT PATH ...

Prints what is wrong, and ends with 1 if anything is.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

HERE = Path(sys.executable).parent


def rendered(folder: str) -> list[dict[str, Any]]:
    """The resources that kustomize makes of a folder."""
    done = subprocess.run([HERE / "kubectl", "kustomize", folder], capture_output=True, check=False)
    if done.returncode:
        sys.exit(done.stderr.decode())
    return [one for one in yaml.safe_load_all(done.stdout) if one]


def kubernetes(*folders: str) -> None:
    """Resources of Kubernetes itself are valid, with nothing besides; others are well-formed."""
    import kubernetes_validate

    for folder in folders:
        for one in rendered(folder):
            if one["apiVersion"].split("/")[0].count(".") < 2 or "k8s.io" in one["apiVersion"]:
                kubernetes_validate.validate(one, "1.31", strict=True)


def resources(folder: str) -> None:
    print(json.dumps(rendered(folder)))


def azure(file: str) -> None:
    from azure.ai.ml import load_online_deployment

    made = load_online_deployment(file)
    routes = made.environment.inference_config
    print(json.dumps({name: routes[name]["path"] for name in routes}))


def cyclonedx(file: str) -> None:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(Path(file).read_text())
    if error:
        sys.exit(str(error))


def documents(*files: str) -> None:
    print(json.dumps([yaml.safe_load(Path(file).read_text()) for file in files]))


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
