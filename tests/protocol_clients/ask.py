"""Ask a service with the clients of others; run by an environment that has them.

    ask.py CLIENT PORT MODEL < {"features": {name: schema}, "requests": [[record, ...], ...]}

Prints a list: for each request the answers as the client gave them, or {"refused": words}.
"""

import asyncio
import json
import sys
from collections.abc import Callable
from typing import Any

DTYPES = {"number": "float64", "integer": "int64", "boolean": "bool", "string": "object"}


def columns(features: dict[str, Any], records: list[dict[str, Any]]) -> dict[str, tuple[Any, str]]:
    """The columns of records as NumPy arrays, and the protocol's names of their types."""
    import numpy as np
    from tritonclient.utils import np_to_triton_dtype

    made = {}
    for name, schema in features.items():
        if name not in records[0]:
            continue
        while "array" in schema["type"]:
            schema = schema["items"]
        (kind,) = (
            {schema["type"]} if isinstance(schema["type"], str) else {*schema["type"]} - {"null"}
        )
        values = np.array([record[name] for record in records], dtype=DTYPES[kind])
        made[name] = values, np_to_triton_dtype(values.dtype)
    return made


def triton(port: str, model: str, features: Any, *, binary: bool) -> Callable[..., Any]:
    import tritonclient.http as http
    from tritonclient.utils import InferenceServerException

    client = http.InferenceServerClient(f"127.0.0.1:{port}")
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready(model)
    assert not client.is_model_ready("other")
    assert client.get_server_metadata()["name"] == model
    told = client.get_model_metadata(model)
    assert [one["name"] for one in told["inputs"]] == list(features)
    names = [one["name"] for one in told["outputs"]]

    def ask(records: Any) -> Any:
        inputs = []
        for name, (values, kind) in columns(features, records).items():
            one = http.InferInput(name, list(values.shape), kind)
            one.set_data_from_numpy(values, binary_data=binary)
            inputs.append(one)
        asked = [http.InferRequestedOutput(name, binary_data=binary) for name in names]
        try:
            result = client.infer(model, inputs, outputs=asked if binary else None)
        except InferenceServerException as error:
            return {"refused": f"{error.status()} {error.message()}"}
        outputs = {
            one["name"]: result.as_numpy(one["name"]) for one in result.get_response()["outputs"]
        }
        return {name: plain(values) for name, values in outputs.items()}

    return ask


def plain(values: Any) -> Any:
    found = values.tolist()
    text = json.dumps(found, default=lambda value: value.decode())
    return json.loads(text)


def kserve(port: str, model: str, features: Any, *, protocol: str) -> Callable[..., Any]:
    from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig

    client = InferenceRESTClient(RESTConfig(protocol=protocol))
    url = f"http://127.0.0.1:{port}"

    async def asked(records: Any) -> Any:
        if protocol == "v1":
            found = await client.infer(url, {"instances": records}, model_name=model)
            return found["predictions"]
        assert await client.is_server_live(url)
        assert await client.is_server_ready(url)
        assert await client.is_model_ready(url, model)
        inputs = []
        for name, (values, kind) in columns(features, records).items():
            one = InferInput(name, list(values.shape), kind)
            one.set_data_from_numpy(values, binary_data=False)
            inputs.append(one)
        found = await client.infer(url, InferRequest(model, inputs), model_name=model)
        return {one.name: plain(one.as_numpy()) for one in found.outputs}

    loop = asyncio.new_event_loop()
    return lambda records: loop.run_until_complete(asked(records))


def mlflow(port: str, model: str, features: Any) -> Callable[..., Any]:
    import pandas as pd
    from mlflow.pyfunc.scoring_server.client import ScoringServerClient

    client = ScoringServerClient("127.0.0.1", int(port))
    client.wait_server_ready(timeout=60)
    assert client.get_version()
    return lambda records: json.loads(client.invoke(pd.DataFrame(records)).to_json())["predictions"]


CLIENTS = {
    "triton json": lambda *given: triton(*given, binary=False),
    "triton binary": lambda *given: triton(*given, binary=True),
    "kserve v1": lambda *given: kserve(*given, protocol="v1"),
    "kserve v2": lambda *given: kserve(*given, protocol="v2"),
    "mlflow": mlflow,
}


def main() -> None:
    names, port, model = sys.argv[1:]
    given = json.load(sys.stdin)
    for name in names.split(","):
        ask = CLIENTS[name](port, model, given["features"])
        print(json.dumps({name: [ask(records) for records in given["requests"]]}), flush=True)


if __name__ == "__main__":
    main()
