"""Ask the running service whether it is ready: `python -m service.healthcheck`."""

import sys
import urllib.error
import urllib.request

from service.settings import Settings, SettingsError


def main() -> int:
    """Return 0 when GET /readyz answers 200 within two seconds, else 1 and a line that says why."""
    try:
        settings = Settings.from_env()
    except SettingsError as error:
        print(error)
        return 1
    address = settings.address.strip("[]")
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)
    host = f"[{host}]" if ":" in host else host
    # A proxy for the world outside is none for this machine.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"http://{host}:{settings.port}/readyz", timeout=2):
            return 0
    except urllib.error.HTTPError as error:
        print(error.read().decode(errors="replace"))
    except OSError as error:
        print(f"no answer from {host}:{settings.port}: {error}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
