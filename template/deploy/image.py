"""Build the container image with docker, podman or buildah: `python deploy/image.py --tag NAME`.

Whatever stands behind -- is handed to the engine's build. Beside the image comes its bill of
materials, sbom.cdx.json.
"""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENGINES = ("docker", "podman", "buildah")
SBOM = "sbom.cdx.json"


def labels() -> dict[str, str]:
    """Return what the image says of itself: which model, of which notebook."""
    contract = json.loads((ROOT / "model" / "contract.json").read_text(encoding="utf-8"))
    origin, made = contract.get("provenance", {}), _made()
    told = {
        "org.opencontainers.image.title": contract["title"],
        "org.opencontainers.image.version": contract["model_version"],
        "org.opencontainers.image.description": f"The model of {origin.get('notebook', '')}",
        "nb2service.notebook": origin.get("notebook", ""),
        "nb2service.notebook.sha256": origin.get("notebook_sha256", ""),
        "nb2service.generator": origin.get("generator", ""),
        "nb2service.commit": str(made.get("commit", "")),
    }
    return {name: value for name, value in told.items() if value}


def _made() -> dict[str, str]:
    """Return which nb2service made the service, and so of which template; nothing if unknown."""
    try:
        told = json.loads((ROOT / ".nb2service.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return dict(told.get("nb2service", {}))


def build(engine: list[str], tag: str, *options: str) -> None:
    """Build the image with the engine's command. Raises CalledProcessError."""
    version = (ROOT / ".python-version").read_text(encoding="utf-8").strip()
    command = [*engine, "build", f"--build-arg=PYTHON_VERSION={version}", f"--tag={tag}"]
    command += [f"--label={name}={value}" for name, value in labels().items()]
    if Path(engine[0]).name != "docker":
        command.append("--format=docker")  # OCI's own has no place for HEALTHCHECK
    subprocess.run([*command, *options, str(ROOT)], check=True)  # noqa: S603


def bill(engine: list[str], tag: str) -> bytes:
    """Return the bill of materials that lies in the image. Raises CalledProcessError."""

    def run(*words: str) -> bytes:
        done = subprocess.run([*engine, *words], check=True, stdout=subprocess.PIPE)  # noqa: S603
        return done.stdout

    if Path(engine[0]).name != "buildah":
        return run("run", "--rm", tag, "cat", SBOM)
    container = run("from", "--pull=never", tag).decode().strip()
    try:
        return run("run", container, "--", "cat", SBOM)
    finally:
        run("rm", container)


def main() -> int:
    """Build what the command line asks for; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--engine", help="its command; else the first that is installed")
    parser.add_argument("--tag", default=ROOT.name.lower())
    parser.add_argument("options", nargs="*", help="more options of the engine's build, behind --")
    given = parser.parse_args()
    engine = (given.engine or next(filter(shutil.which, ENGINES), "")).split()
    if not engine:
        print(f"image: none of {', '.join(ENGINES)} is installed; install one", file=sys.stderr)
        return 1
    try:
        build(engine, given.tag, *given.options)
        (ROOT / SBOM).write_bytes(bill(engine, given.tag))
    except FileNotFoundError:
        print(f"image: there is no {engine[0]}; --engine names another", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"image: {engine[0]} ended with {error.returncode}, see above", file=sys.stderr)
        return 1
    print(f"{given.tag}, and what is in it: {SBOM}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
