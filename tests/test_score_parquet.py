"""Scoring Parquet, in an environment of its own: pandas answers otherwise where pyarrow is."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from support import CHECKOUT, environment


@pytest.mark.environment
def test_parquet(tmp_path: Path) -> None:
    listed = (CHECKOUT / "template" / "requirements" / "service.in").read_text(encoding="utf-8")
    service = re.findall(r"^([\w-]+)[=>]=", listed, re.M)
    python = environment(tmp_path / "env", "pyarrow==26.0.1", "pytest", "joblib", *service)
    done = subprocess.run(
        [
            python,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "tests/test_score.py",
            "-k",
            "parquet",
        ],
        cwd=CHECKOUT / "template",
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
    )
    assert "1 passed" in done.stdout, done.stdout + done.stderr
