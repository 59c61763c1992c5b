"""What the platforms say in variables of their own, told as settings of this service."""

import re
from collections.abc import Callable, Mapping

_UNLIMITED = 1024  # megabytes, where the platform says 0 for no limit


def _bytes(megabytes: str) -> str:
    known = re.fullmatch("[0-9]{1,9}", megabytes)  # what else it is, the settings refuse
    return str((int(megabytes) or _UNLIMITED) * 2**20) if known else megabytes


# A platform's variable, and the settings that follow from it; {} stands for its value. What the
# caller sets himself stays, but for the port: there the platform knows better.
_FOLLOWS: Mapping[str, Mapping[str, str | Callable[[str], str]]] = {
    "AIP_HTTP_PORT": {"PORT": "{}", "PROTOCOLS": "vertex"},
    "SAGEMAKER_BIND_TO_PORT": {"PORT": "{}", "PROTOCOLS": "sagemaker"},
    # A job's whole batch is one request, and may take ten minutes.
    "SAGEMAKER_BATCH": {
        "PROTOCOLS": "sagemaker",
        "PREDICT_TIMEOUT": "600",
        "READ_TIMEOUT": "600",
        "MAX_RECORDS": "10000000",
    },
    "SAGEMAKER_MAX_PAYLOAD_IN_MB": {"MAX_BODY_BYTES": _bytes},
    # Cloud Run routes nothing to a container that it ends, and kills it after ten seconds.
    "K_SERVICE": {"DRAIN_DELAY": "0", "GRACEFUL_TIMEOUT": "6"},
}


def with_platform(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with the settings that follow from the platform's variables."""
    made = dict(environ)
    for variable, follows in _FOLLOWS.items():
        value = environ.get(variable, "").strip()
        if not value or value.lower() == "false":
            continue
        for setting, meant in follows.items():
            text = meant.format(value) if isinstance(meant, str) else meant(value)
            own = environ.get(setting, "").strip()
            if setting == "PORT" or not own:
                made[setting] = text
            elif setting == "PROTOCOLS":
                made[setting] = f"{own},{text}"
    return made
