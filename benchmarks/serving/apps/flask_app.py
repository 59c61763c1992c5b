"""A service with Flask, written by hand."""

import work
from flask import Flask, jsonify, request

app = Flask(__name__)
model = work.load()


@app.post("/predict")
def predict():
    """Answer a record, or a list of them."""
    body = request.get_json()
    if isinstance(body, list):
        return jsonify(predictions=work.answer(model, body))
    return jsonify(prediction=work.answer(model, [body])[0])
