"""The notebook that the model came from, as a page: `model/notebook.html`, where there is one."""

import base64
import hashlib
import re
from pathlib import Path

from flask import Flask, Response

from service.contract import CONTRACT_FILE

# It holds what others wrote: it may run nothing, load nothing and send nothing.
_POLICY = (
    "default-src 'none'; img-src data:; style-src {styles}; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox allow-popups"
)
_STYLES = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def notebook_file() -> Path:
    """Return where the page lies, if there is one."""
    return CONTRACT_FILE.with_name("notebook.html")


def register_notebook(app: Flask) -> None:
    """Add GET /notebook, if the model has the page."""
    if not notebook_file().is_file():
        return

    @app.get("/notebook")
    def notebook() -> Response:
        text = notebook_file().read_text(encoding="utf-8")
        policy = _POLICY.format(styles=" ".join(_hashes(text)) or "'none'")
        headers = {"Content-Security-Policy": policy, "Referrer-Policy": "no-referrer"}
        return Response(text, mimetype="text/html", headers=headers)


def _hashes(text: str) -> list[str]:
    """Return the page's own styles as a policy names them."""
    digests = (hashlib.sha256(style.encode()).digest() for style in _STYLES.findall(text))
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
