"""What people read: the API document, Swagger UI, and a page to try the model."""

import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from flask import Flask, Response, render_template, send_from_directory

from service.contract import CONTRACT_FILE
from service.http import notebook_page
from service.http.fields import fields
from service.http.openapi import openapi
from service.notebook_answers import notebook_answers
from service.outcomes import Outcome, Refused
from service.predictor import Predictor
from service.settings import Settings

_HERE = Path(__file__).parent
# Nothing but this service's own files, and nobody's frame. Swagger UI draws its icons from data.
_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


def register_page(app: Flask, predictor: Predictor, settings: Settings) -> None:
    """Add GET /openapi.json, and unless PAGE=no the page, /docs and their files.

    Each is made when it is first asked for, and kept: it depends on the contract alone.
    """

    @cache
    def document() -> bytes:
        about = predictor.description
        return msgspec.json.encode(openapi(predictor.contract, settings, about))

    @app.get("/openapi.json")
    def openapi_json() -> Response:
        return Response(document(), mimetype="application/json")

    if not settings.page:
        return
    app.template_folder = str(_HERE / "templates")
    notebook_page.register_notebook(app)

    @cache
    def page() -> str:
        return render_template("page.html", **_told(predictor, settings))

    @app.get("/")
    def index() -> Response:
        return html_response(page())

    @app.get("/static/<path:name>")
    def static_file(name: str) -> Response:
        return send_from_directory(_HERE / "static", name)

    @app.get("/docs")
    def docs() -> Response:
        _swagger()
        return html_response(render_template("docs.html", title=predictor.contract.title))

    @app.get("/docs/<name>")
    def docs_file(name: str) -> Response:
        return send_from_directory(_swagger(), name)


def html_response(text: str, status: int = 200) -> Response:
    """Return the text as a page that may load nothing from elsewhere."""
    headers = {"Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer"}
    return Response(text, status, mimetype="text/html", headers=headers)


@cache
def _swagger() -> Path:
    """Return the folder of Swagger UI's own files. Raises Refused where it is not installed."""
    spec = importlib.util.find_spec("flask_swagger_ui")  # which is not imported: files will do
    if spec is None or spec.origin is None:
        raise Refused(
            Outcome.NOT_FOUND, "flask-swagger-ui is not installed; requirements.txt has it"
        )
    return Path(spec.origin).with_name("dist")


def _told(predictor: Predictor, settings: Settings) -> dict[str, Any]:
    """Return what the page says."""
    contract = predictor.contract
    schemas = list(contract.features.items())
    data = {
        "features": [[name, schema, name in contract.required] for name, schema in schemas],
        "examples": contract.examples,
        "answer_name": contract.answer_name,
        "classes": contract.classes,
        "rowwise": contract.rowwise,
        "max_records": settings.max_records,
        "locked": bool(settings.keys),
        "notebook": notebook_answers(contract),
    }
    return {
        "contract": contract,
        "about": predictor.description,
        "has_notebook": notebook_page.notebook_file().is_file(),
        "origin": contract.document.get("provenance", {}),
        "proof": contract.document.get("proof", {"checks": {}, "findings": []}),
        "report": _report(),
        "fields": fields(contract),
        "locked": bool(settings.keys),
        "data": json.dumps(data, ensure_ascii=False),
    }


def _report() -> dict[str, Any]:
    try:
        file = CONTRACT_FILE.with_name("report.json")
        report: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return report
