"""The CPUs of a container, read from folders that look like its cgroup."""

import os

import pytest

from service import cpus
from service.cpus import available_cpus, threads_per_prediction, worker_count

V1 = "sys/fs/cgroup/cpu/cpu.cfs_quota_us"
V1_PERIOD = "sys/fs/cgroup/cpu/cpu.cfs_period_us"
V2 = "sys/fs/cgroup/cpu.max"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({V2: "200000 100000\n"}, 2, id="v2: two CPUs"),
        pytest.param({V2: "150000 100000\n"}, 2, id="v2: one and a half"),
        pytest.param({V2: "20000 100000\n"}, 1, id="v2: a fifth"),
        pytest.param({V2: "max 100000\n"}, 8, id="v2: no limit"),
        pytest.param({V2: "6400000 100000\n"}, 8, id="v2: more than there are"),
        pytest.param({V1: "300000\n", V1_PERIOD: "100000\n"}, 3, id="v1: three CPUs"),
        pytest.param({V1: "-1\n", V1_PERIOD: "100000\n"}, 8, id="v1: no limit"),
        pytest.param({V1: "300000\n"}, 8, id="v1: half of it"),
        pytest.param({V2: ""}, 8, id="an empty file"),
        pytest.param({}, 8, id="no cgroup"),
    ],
)
def test_the_quota_cuts_the_affinity(tmp_path, monkeypatch, files, expected):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(8)), raising=False)
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    assert available_cpus(tmp_path) == expected


def test_workers_times_threads_fit_the_cpus():
    for count in range(1, 65):
        workers = worker_count(count)
        assert 1 <= workers <= cpus.MOST_WORKERS
        assert workers * threads_per_prediction(count, workers) <= count


def test_what_was_asked_for_is_given():
    assert worker_count(2, 6) == 6
    assert threads_per_prediction(2, 6) == 1
    assert threads_per_prediction(8, 2, 2) == 2
