"""Run the notebook and extract the model, before Cookiecutter writes anything."""

import sys

sys.path.pop(
    0
)  # the temporary folder that Cookiecutter runs this from, and whatever else lies there

import json
import os
from pathlib import Path

ANSWERS = json.loads(r"""{{ cookiecutter | tojson }}""")

# The library of this very checkout comes before an installed one, which may be another version.
for folder in (
    ANSWERS.get("_output_dir", ""),
    os.environ.get("PWD", ""),
    f"/proc/{os.getppid()}/cwd",
):
    source = Path(folder, ANSWERS.get("_repo_dir", ""), "src").resolve()
    if (source / "nb2service").is_dir():
        sys.path.insert(0, str(source))
        break
try:
    from nb2service.hooks import pre_gen
except ModuleNotFoundError as missing:
    modules = "nbclient nbformat ipython jupyter-client rich uv"
    sys.exit(
        f"Cookiecutter's Python ({sys.executable}) lacks {missing.name}, which running a notebook needs.\n"
        f"Install what is missing there: {sys.executable} -m pip install {modules}"
    )
except KeyboardInterrupt:
    sys.exit(130)
sys.exit(pre_gen(ANSWERS))
