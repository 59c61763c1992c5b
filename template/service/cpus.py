"""How many CPUs this container really has, and how to share them out."""

import math
import os
from pathlib import Path

# More workers cost memory, a model each, and gain little; scale further with more containers.
MOST_WORKERS = 4


def available_cpus(root: Path = Path("/")) -> int:
    """Return the CPUs that this process may use: its affinity, cut by the container's quota.

    The quota is read from cgroup v2 or v1 below root. Python, OpenMP and BLAS see only the host's
    CPUs, and threads for 64 of them inside a quota of 2 bring a service to a halt.
    """
    if hasattr(os, "sched_getaffinity"):
        allowed = len(os.sched_getaffinity(0))
    else:
        allowed = os.cpu_count() or 1
    quota = _quota_v2(root) or _quota_v1(root)
    return max(1, min(allowed, math.ceil(quota))) if quota else allowed


def worker_count(cpus: int, asked: int | None = None) -> int:
    """Return how many worker processes to run: what was asked for, or one per CPU up to a few."""
    return asked or min(cpus, MOST_WORKERS)


def threads_per_prediction(cpus: int, workers: int, predictions_per_worker: int = 1) -> int:
    """Return how many native threads one prediction may use, so that all together fit the CPUs."""
    return max(1, cpus // (workers * predictions_per_worker))


def _quota_v2(root: Path) -> float | None:
    words = _words(root / "sys/fs/cgroup/cpu.max")
    return _ratio(words[0], words[1]) if len(words) == 2 else None


def _quota_v1(root: Path) -> float | None:
    folder = root / "sys/fs/cgroup/cpu"
    words = _words(folder / "cpu.cfs_quota_us") + _words(folder / "cpu.cfs_period_us")
    return _ratio(words[0], words[1]) if len(words) == 2 else None


def _words(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="ascii").split()
    except OSError:
        return []


def _ratio(quota: str, period: str) -> float | None:
    """Return quota / period, or None where there is no limit ("max" in v2, -1 in v1)."""
    if not quota.isdigit() or not period.isdigit():
        return None
    return int(quota) / int(period) if int(quota) and int(period) else None
