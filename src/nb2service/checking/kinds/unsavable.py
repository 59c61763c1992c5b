"""Values that no file can hold: connections, open files, locks."""

import ast
from collections.abc import Iterator

from nb2service.checking.calls import full_name
from nb2service.checking.findings import Finding, at
from nb2service.checking.survey import Survey

NAME = "unsavable"
_MADE_BY = {
    "open": "an open file",
    "io.open": "an open file",
    "gzip.open": "an open file",
    "h5py.File": "an open file",
    "sqlite3.connect": "a connection",
    "duckdb.connect": "a connection",
    "psycopg2.connect": "a connection",
    "psycopg.connect": "a connection",
    "pymysql.connect": "a connection",
    "mysql.connector.connect": "a connection",
    "snowflake.connector.connect": "a connection",
    "sqlalchemy.create_engine": "a connection",
    "pymongo.MongoClient": "a connection",
    "redis.Redis": "a connection",
    "socket.socket": "a connection",
    "boto3.client": "a connection",
    "boto3.resource": "a connection",
    "threading.Lock": "a lock",
    "threading.RLock": "a lock",
    "threading.Thread": "a thread",
    "multiprocessing.Pool": "a pool of processes",
    "concurrent.futures.ThreadPoolExecutor": "a pool of threads",
    "concurrent.futures.ProcessPoolExecutor": "a pool of processes",
}


def find(survey: Survey) -> Iterator[Finding]:
    """Find values that would have to be saved, and cannot be."""
    for plan in survey.planned:
        if plan.becomes != "value":
            continue
        kind = _kind(plan.statement.value, survey)
        if kind:
            yield at(
                NAME,
                "error",
                survey.notebook,
                plan.statement,
                None,
                f"`{plan.name}`, which `{plan.by}` needs, is {kind}, which no file can hold",
                "Mark the cell that makes it `setup` (first line `#| setup`, or the tag): then its code "
                "runs when the service starts.",
            )


def _kind(value: ast.expr | None, survey: Survey) -> str:
    if isinstance(value, ast.GeneratorExp):
        return "a generator"
    if isinstance(value, ast.Call):
        return _MADE_BY.get(full_name(value.func, survey.imports), "")
    return ""
