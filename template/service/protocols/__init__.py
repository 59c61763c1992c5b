"""The protocols of the platforms beside the service's own API; each is off unless it is named.

A protocol is a file here with a function `register(routes, service)`. It reads records out of what
the platform sends, asks `service.ask` as everybody does, and writes the answers as the platform
wants them.
"""

from importlib import import_module

from flask import Flask

from service.answering import Answerer
from service.contract import Contract
from service.health import Health
from service.protocols.asking import Routes, Service
from service.settings import Settings


def register_protocols(
    app: Flask, contract: Contract, answerer: Answerer, health: Health, settings: Settings
) -> set[str]:
    """Add the routes of the protocols that the settings name to the app; return their probes.

    Raises StartError where two want the same path.
    """
    probes: set[str] = set()
    service = Service(contract, answerer, health, settings)
    for name in settings.protocols:
        module = import_module(f"service.protocols.{name.replace('-', '_')}")
        module.register(Routes(app, name, probes), service)
    return probes
