"""The limits: what a Flask route and a bare WSGI callable cost that return a constant."""

from flask import Flask, Response, request

ANSWER = b'{"prediction":0.5,"model_version":"none"}'
flask_app = Flask(__name__)


@flask_app.post("/predict")
def predict():
    """Read the body, and answer a constant."""
    request.get_data()
    return Response(ANSWER, mimetype="application/json")


def bare(environ, start_response):
    """Read the body, and answer a constant."""
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response(
        "200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(ANSWER)))]
    )
    return [ANSWER]
