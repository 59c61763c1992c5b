"""Every setting of the service, from environment variables, with defaults that need no change."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from service.platforms import with_platform

_FLAGS = {"1": True, "true": True, "yes": True, "on": True}
_FLAGS |= {"0": False, "false": False, "no": False, "off": False}
_PROTOCOLS = ("kserve-v1", "kserve-v2", "sagemaker", "vertex", "azureml", "mlflow")
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class SettingsError(Exception):
    """An environment variable with a value that cannot be; the text names it."""


def _flag(default: bool) -> Any:
    return field(default=default, metadata={"flag": True})


def _list(*words: str) -> Any:
    return field(default=(), metadata={"list": True, "words": words})


def _secret() -> Any:
    """Return a field that is never shown, and that a file may hold: API_KEYS_FILE."""
    return field(default="", repr=False, metadata={"secret": True})


def _whole(default: int | None, low: int, high: int) -> Any:
    return field(default=default, metadata={"range": (low, high)})


@dataclass(frozen=True)
class Settings:
    """The settings; each field is the environment variable of the same name in capitals."""

    address: str = "0.0.0.0"
    port: int = _whole(8080, 0, 65535)
    cpu_limit: int | None = _whole(None, 1, 1024)
    web_concurrency: int | None = _whole(None, 1, 1024)
    predict_concurrency: int = _whole(1, 1, 1024)
    predict_timeout: int = _whole(30, 1, 86400)
    max_waiting: int = _whole(64, 0, 10000)
    queue_timeout: int = _whole(10, 1, 86400)
    max_body_bytes: int = _whole(8 * 1024 * 1024, 1, 2**40)
    max_records: int = _whole(1000, 1, 10**9)
    page: bool = _flag(default=True)
    model_dir: str = ""
    check_versions: bool = _flag(default=True)
    strict_fields: bool = _flag(default=False)
    read_timeout: int = _whole(30, 1, 86400)
    write_timeout: int = _whole(30, 1, 86400)
    drain_delay: int = _whole(3, 0, 3600)
    graceful_timeout: int = _whole(25, 1, 86400)
    keep_alive: int = _whole(5, 0, 86400)
    metrics: bool = _flag(default=True)
    metrics_dir: str = ""
    api_keys: str = _secret()
    trusted_hosts: tuple[str, ...] = _list()
    cors_origins: tuple[str, ...] = _list()
    rate_limit: str = ""
    rate_limit_storage: str = _secret()
    cache_size: int = _whole(0, 0, 10**6)
    protocols: tuple[str, ...] = _list(*_PROTOCOLS)
    model_name: str = ""
    aip_health_route: str = ""
    aip_predict_route: str = ""
    log_level: str = field(default="INFO", metadata={"choices": _LOG_LEVELS})
    log_exception_text: bool = _flag(default=False)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Return the settings of the environment; empty means unset. Raises SettingsError."""
        given = {}
        environ = with_platform(environ)
        for item in fields(cls):
            text = environ.get(item.name.upper(), "").strip()
            if "secret" in item.metadata and (file := environ.get(f"{item.name.upper()}_FILE")):
                text = _content(f"{item.name.upper()}_FILE", file)
            if text:
                given[item.name] = _parse(item.name.upper(), text, item.metadata)
        return cls(**given)

    @property
    def bind(self) -> str:
        """The address and port as gunicorn wants them, those of IPv6 in brackets."""
        address = self.address.strip("[]")
        return f"[{address}]:{self.port}" if ":" in address else f"{address}:{self.port}"

    @property
    def keys(self) -> list[str]:
        """The keys that let a request in, one or several to a line; none lets everybody in."""
        return self.api_keys.replace(",", " ").split()

    @property
    def threads(self) -> int:
        """The threads of a worker: for all that may be inside the gate, and two besides."""
        return self.predict_concurrency + self.max_waiting + 2


def _content(variable: str, file: str) -> str:
    try:
        text = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise SettingsError(f"{variable}={file}: cannot be read ({reason})") from error
    if not text:  # or a service that was meant to be locked would stand open
        raise SettingsError(f"{variable}={file}: the file is empty")
    return text


def _parse(variable: str, text: str, metadata: Mapping[str, Any]) -> Any:
    if "range" in metadata:
        low, high = metadata["range"]
        if not (re.fullmatch("[0-9]{1,15}", text) and low <= int(text) <= high):
            raise SettingsError(f"{variable}={text}: expected a whole number from {low} to {high}")
        return int(text)
    if "flag" in metadata:
        if text.lower() not in _FLAGS:
            raise SettingsError(f"{variable}={text}: expected yes or no")
        return _FLAGS[text.lower()]
    if "list" in metadata:
        return _words(variable, text, metadata["words"])
    if "choices" in metadata and text.upper() not in metadata["choices"]:
        raise SettingsError(f"{variable}={text}: expected one of {', '.join(metadata['choices'])}")
    return text.upper() if "choices" in metadata else text


def _words(variable: str, text: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of a list, each once. Raises SettingsError for one that is not allowed."""
    given = tuple(dict.fromkeys(text.replace(",", " ").split()))
    for word in given:
        if words and word not in words:
            raise SettingsError(f"{variable}={text}: {word} is none of {', '.join(words)}")
    return given
