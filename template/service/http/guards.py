"""Who may ask: keys, hosts, other origins, and how often. All of it is off unless it is set."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Collection, Iterable
from typing import Any

from flask import Flask, Response, request

from service.http.errors import refused
from service.http.key_page import KeyPage
from service.outcomes import Outcome, Refusal
from service.settings import Settings

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Guards:
    """The WSGI app around the app that lets in whom the settings let in, and probes always."""

    def __init__(self, app: Flask, settings: Settings, probes: Collection[str]) -> None:
        self._app, self._probes = app.wsgi_app, probes
        self._keys = [_digest(key) for key in settings.keys]
        self._hosts = frozenset(host.lower() for host in settings.trusted_hosts)
        self._page: KeyPage | None = None
        if settings.keys and settings.page:

            def render(fault: str) -> str:
                return app.jinja_env.get_template("key.html").render(fault=fault)

            self._page = KeyPage(settings.keys, self._knows, render)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer the request, or refuse it."""
        if environ["PATH_INFO"] not in self._probes and (found := self._why_not(environ)):
            return found(environ, start_response)
        answered: Iterable[bytes] = self._app(environ, start_response)
        return answered

    def _why_not(self, environ: dict[str, Any]) -> Response | None:
        if self._hosts and _host(environ) not in self._hosts:
            return refused(Refusal(Outcome.INVALID, "this host is not served here (TRUSTED_HOSTS)"))
        # A browser asks without credentials whether it may ask from another origin.
        preflight = environ["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ORIGIN" in environ
        if not self._keys or preflight:
            return None
        known = self._knows(_given(environ))
        if self._page is not None and not known:
            known = self._page.is_open(environ)
        if self._page is not None and (page := self._page.answer(environ, known)):
            return page
        if known:
            return None
        response = refused(Refusal(Outcome.UNAUTHORIZED, "send a key: Authorization: Bearer KEY"))
        response.headers["WWW-Authenticate"] = 'Basic realm="the key is the password", Bearer'
        return response

    def _knows(self, key: str) -> bool:
        """Whether it is one of the keys; takes as long for any, so that time tells nothing."""
        given = _digest(key)
        return sum(hmac.compare_digest(given, known) for known in self._keys) > 0


def guard(app: Flask, settings: Settings, probes: Collection[str]) -> None:
    """Put the guards that the settings ask for around the app; the probes' paths stay open."""
    if settings.cors_origins:
        from flask_cors import CORS

        CORS(
            app,
            origins=list(settings.cors_origins),
            allow_headers=["Authorization", "Content-Type", "X-API-Key", "X-Request-ID"],
            expose_headers=["X-Request-ID", "X-Unknown-Fields"],
            max_age=600,
        )
    if settings.rate_limit:
        _limit(app, settings, probes)
    if settings.keys or settings.trusted_hosts:
        app.wsgi_app = Guards(app, settings, probes)  # type: ignore[method-assign]


def _limit(app: Flask, settings: Settings, probes: Collection[str]) -> None:
    """Limit how often one address may ask; in memory each worker counts for itself."""
    from flask_limiter import Limiter, RequestLimit
    from flask_limiter.util import get_remote_address

    def breach(limit: RequestLimit) -> Response:
        told = f"more than {limit.limit} from this address (RATE_LIMIT)"
        return refused(Refusal(Outcome.LIMITED, told, retry_after=1))

    limiter = Limiter(
        get_remote_address,
        app=app,
        application_limits=[settings.rate_limit],
        storage_uri=settings.rate_limit_storage or "memory://",
        headers_enabled=True,
        on_breach=breach,
    )
    limiter.request_filter(lambda: request.path in probes)


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()


def _host(environ: dict[str, Any]) -> str:
    host = str(environ.get("HTTP_HOST", "")).lower()
    return host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host


def _given(environ: dict[str, Any]) -> str:
    """Return the key that came with the request, "" if none did."""
    scheme, _, given = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
    if scheme.lower() == "bearer":
        return given.strip()
    if scheme.lower() == "basic":  # what browsers can: the key is the password
        try:
            return base64.b64decode(given, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return str(environ.get("HTTP_X_API_KEY", ""))
