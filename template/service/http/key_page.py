"""The page on which people give their key; what is made of it stays in the browser as a cookie."""

import hmac
from collections.abc import Callable, Sequence
from http.cookies import CookieError, SimpleCookie
from typing import Any

from flask import Response
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request

from service.http.page import html_response
from service.outcomes import Outcome
from service.request_record import the_request

PATH = "/key"
_COOKIE = "service_key"
_MOST_BYTES = 4096
_PAGES = ("/", "/docs", "/notebook")


class KeyPage:
    """Shows the form, and takes what it sends: a key, or none to forget it."""

    def __init__(
        self, keys: Sequence[str], knows: Callable[[str], bool], render: Callable[[str], str]
    ) -> None:
        self._tokens = [_token(key) for key in keys]
        self._knows, self._render = knows, render

    def is_open(self, environ: dict[str, Any]) -> bool:
        """Say whether the request is for files that every service has, or brings the cookie."""
        if environ["PATH_INFO"].startswith("/static/"):
            return True
        try:
            found = SimpleCookie(str(environ.get("HTTP_COOKIE", ""))).get(_COOKIE)
        except CookieError:
            return False
        given = found.value.encode("utf-8", "replace") if found else b""
        return sum(hmac.compare_digest(given, token) for token in self._tokens) > 0

    def answer(self, environ: dict[str, Any], known: bool) -> Response | None:
        """Return what comes of a form, or the form, where nobody is known; else None."""
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if path == PATH and method == "POST":
            the_request().route = PATH
            return self._take(environ)
        wants_page = "text/html" in environ.get("HTTP_ACCEPT", "")
        if not known and wants_page and path in _PAGES and method == "GET":
            return self._form("")
        return None

    def _form(self, fault: str) -> Response:
        the_request().outcome = Outcome.UNAUTHORIZED
        response = html_response(self._render(fault), 401)
        response.headers["WWW-Authenticate"] = "Bearer"  # of which no browser makes a prompt
        return response

    def _take(self, environ: dict[str, Any]) -> Response:
        request = Request(environ)
        request.max_content_length = request.max_form_memory_size = _MOST_BYTES
        try:
            key = request.form.get("key", "").strip()
        except HTTPException:
            return self._form("This is none of the keys.")
        if key and not self._knows(key):
            return self._form("This is none of the keys.")
        response = Response(status=303, headers={"Location": "./"})
        # Without a path it is for what lies beside /key, wherever a proxy has put this service.
        told: dict[str, Any] = {"path": None, "httponly": True, "samesite": "Strict"}
        told["secure"] = environ["wsgi.url_scheme"] == "https"
        if key:
            response.set_cookie(_COOKIE, _token(key).decode(), **told)
        else:
            response.delete_cookie(_COOKIE, **told)
        return response


def _token(key: str) -> bytes:
    """Return what the cookie holds: it opens this service, and does not tell the key."""
    return hmac.new(key.encode(), b"the cookie of the page", "sha256").hexdigest().encode()
