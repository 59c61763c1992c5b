"""A request to try: `python -m service.example` prints it as a curl command."""

import json
import shlex

from service.contract import Contract, read_contract
from service.settings import Settings


def curl_command(contract: Contract, port: int = Settings.port) -> str:
    """Return the shell command that sends the contract's first example to this machine."""
    record = contract.examples[0]["record"] if contract.examples else {}
    body = shlex.quote(json.dumps(record, ensure_ascii=False))
    return f"curl localhost:{port}/predict -H 'content-type: application/json' -d {body}"


if __name__ == "__main__":
    print(curl_command(read_contract(), Settings.from_env().port))
