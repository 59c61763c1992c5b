"""Ask the running service whether it is ready: `python -m service.healthcheck`."""

import sys
import urllib.error
import urllib.request

from service.settings import Settings


def main() -> int:
    """Return 0 when GET /readyz answers 200 within two seconds, else 1 and a line that says why."""
    settings = Settings.from_env()
    host = "127.0.0.1" if settings.address in ("0.0.0.0", "::", "[::]") else settings.address
    try:
        with urllib.request.urlopen(f"http://{host}:{settings.port}/readyz", timeout=2):
            return 0
    except urllib.error.HTTPError as error:
        print(error.read().decode(errors="replace"))
    except OSError as error:
        print(f"no answer from {host}:{settings.port}: {error}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
