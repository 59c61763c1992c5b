"""How gunicorn runs the service. Numbers come from the environment (service/settings.py)."""

import contextlib
import gc
import importlib
import os
import shutil
import sys
from pathlib import Path

chdir = str(Path(__file__).resolve().parent)
sys.path.insert(0, chdir)

from service.contract import ContractError, read_contract  # noqa: E402
from service.cpus import available_cpus, threads_per_prediction, worker_count  # noqa: E402
from service.http.logs import logging_config  # noqa: E402
from service.metrics_folder import VARIABLE, choose_folder, prepare_folder  # noqa: E402
from service.settings import Settings, SettingsError  # noqa: E402

try:
    _settings = Settings.from_env()
    _contract = read_contract()
except (SettingsError, ContractError) as _error:
    sys.exit(f"cannot start: {_error}")

choose_folder(_settings)  # before anything imports prometheus_client, which reads it then

wsgi_app = "service.start:app()"
bind = _settings.bind

_cpus = _settings.cpu_limit or available_cpus()
# Each worker has a predict of its own: one that must not get two requests at once has one worker.
workers = 1 if _contract.one_at_a_time else worker_count(_cpus, _settings.web_concurrency)
worker_class = "service.serving.worker.Worker"
threads = _settings.threads
# Of connections, not of requests: those that only wait cost no thread, and the oldest makes room.
worker_connections = threads + 1000
# A backstop: a predict that never lets go of the interpreter holds even the worker's heartbeat.
timeout = _settings.predict_timeout + 30
graceful_timeout = _settings.drain_delay + _settings.graceful_timeout + 3
keepalive = _settings.keep_alive
# Heartbeat files on a slow or read-only disk can block a worker.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
# The control socket wants a writable home, which a container need not have; nobody uses it here.
control_socket_disable = True
# The optional C parser accepts line ends and folded headers that the Python parser refuses.
http_parser = "python"

# The app tells of each request itself (service/http/logs.py).
logger_class = "service.serving.worker.ServerLog"
logconfig_dict = logging_config(_settings.log_level, texts=_settings.log_exception_text)
loglevel = _settings.log_level.lower()

# OpenMP, BLAS and joblib size their thread pools from the host's CPUs when they are imported. So
# that workers times threads fit the CPUs that are really there, this stands before the imports.
_threads = threads_per_prediction(_cpus, workers, _settings.predict_concurrency)
for _variable in (
    "OMP_NUM_THREADS",
    "OMP_THREAD_LIMIT",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_MAX_THREADS",
    "LOKY_MAX_CPU_COUNT",
):
    if not os.environ.get(_variable, "").strip():  # set but empty is not set
        os.environ[_variable] = str(_threads)

# The model is loaded in each worker, never in the master: the threads of OpenMP do not survive a
# fork, and a worker that inherits them hangs on its first prediction. Its libraries are safe to
# import here. Workers then share their memory (about half of it all) and start in no time.
preload_app = False
for _module in (*_contract.imports, "service.start"):
    # A module that is missing is reported by the worker, which knows what needs it.
    with contextlib.suppress(ImportError):
        importlib.import_module(_module)
# What exists now never dies: out of the collector's sight it is not touched, so it stays shared.
gc.collect()
gc.freeze()


def on_starting(server):  # noqa: D103
    from service.serving.supervisor import Supervisor

    Supervisor.take_over(server)
    prepare_folder()


def child_exit(server, worker):  # noqa: D103
    if os.environ.get(VARIABLE):
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)
    server.count_exit(worker)


def on_exit(server):  # noqa: ARG001, D103
    folder = os.environ.get(VARIABLE)
    if folder and not _settings.metrics_dir:
        shutil.rmtree(folder, ignore_errors=True)
