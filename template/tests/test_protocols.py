"""The protocols of the platforms, with small predicts."""

import json
import struct

import pytest

from service.settings import Settings, SettingsError
from service.start_checks import StartError
from tests.conftest import TWO_FEATURES
from tests.server import parse_strictly

DOUBLE = {"age": 40}
V2 = "/v2/models/two/infer"
JSON = "application/json"


def of(*names, **more):
    return Settings(protocols=names, **more)


@pytest.fixture
def ask(serve):
    """Return what asks a service of the protocols, whose predict doubles the age."""

    def asked(path, content, *names, kind=JSON, predict=None, headers=None, **said):
        client = serve(predict or (lambda record: record["age"] * 2.0), of(*names), **said)
        data = content if isinstance(content, (bytes, str)) else json.dumps(content)
        return client.post(path, data=data, content_type=kind, headers=headers)

    return asked


def column(name, datatype, data, shape=None):
    return {"name": name, "datatype": datatype, "shape": shape or [len(data)], "data": data}


# --- on and off ---------------------------------------------------------------------------------


def test_all_is_off_unless_it_is_named(serve):
    client = serve(lambda record: 1)
    for path in ("/ping", "/v2/health/ready", "/v1/models", "/score", "/health"):
        assert client.get(path).status_code == 404


def test_an_unknown_protocol_stops_the_start():
    with pytest.raises(SettingsError, match="PROTOCOLS=v2: v2 is none of kserve-v1, kserve-v2,"):
        Settings.from_env({"PROTOCOLS": "v2"})


def test_two_that_want_one_path_stop_the_start(serve):
    with pytest.raises(StartError, match="mlflow wants /ping, which is taken already"):
        serve(lambda record: 1, of("sagemaker", "mlflow"))


def test_the_probes_of_a_protocol_need_no_key(serve):
    client = serve(lambda record: 1, of("sagemaker", api_keys="secret"))
    assert client.get("/ping").status_code == 200
    assert client.get("/execution-parameters").status_code == 401


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        pytest.param(
            {"AIP_HTTP_PORT": "9123", "PORT": "1", "PROTOCOLS": "kserve-v2"},
            {"port": 9123, "protocols": ("kserve-v2", "vertex")},
            id="Vertex AI",
        ),
        pytest.param({"SAGEMAKER_BIND_TO_PORT": "81"}, {"port": 81}, id="SageMaker"),
        pytest.param(
            {"SAGEMAKER_BATCH": "true", "SAGEMAKER_MAX_PAYLOAD_IN_MB": "20"},
            {"predict_timeout": 600, "max_body_bytes": 20 * 2**20, "protocols": ("sagemaker",)},
            id="batch transform",
        ),
        pytest.param({"SAGEMAKER_BATCH": "false"}, {"predict_timeout": 30}, id="no batch"),
        pytest.param(
            {"K_SERVICE": "churn", "GRACEFUL_TIMEOUT": "5"},
            {"drain_delay": 0, "graceful_timeout": 5},
            id="Cloud Run, and a setting of one's own",
        ),
    ],
)
def test_the_platforms_own_variables_are_settings(environ, expected):
    found = Settings.from_env(environ)
    assert {name: getattr(found, name) for name in expected} == expected


# --- V2 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "inputs",
    [
        pytest.param([column("age", "INT64", [20, 1])], id="flat"),
        pytest.param([column("age", "FP64", [[20.0], [1]], [2, 1])], id="nested, as a column"),
        pytest.param(
            [column("age", "INT8", [20, 1]), column("name", "BYTES", ["Ada", "Eve"])], id="two"
        ),
        pytest.param(
            [{**column("age", "INT64", [20, 1]), "parameters": {"more": 1}, "other": 2}], id="more"
        ),
    ],
)
def test_v2_gives_an_answer_for_each_row(ask, inputs):
    body = {"id": "7", "inputs": inputs, "model_name": "whatever"}
    response = ask(V2, body, "kserve-v2", kind="")
    assert response.json == {
        "model_name": "two",
        "model_version": "two-1",
        "id": "7",
        "outputs": [{"name": "prediction", "datatype": "FP64", "shape": [2], "data": [40.0, 2.0]}],
    }


def test_v2_takes_and_gives_bytes(ask):
    tails = [struct.pack("<2q", 20, 1), b"\3\0\0\0Ada\5\0\0\0Zo\xc3\xab!"]
    inputs = [
        {
            "name": name,
            "datatype": kind,
            "shape": [2],
            "parameters": {"binary_data_size": len(tail)},
        }
        for (name, kind), tail in zip([("age", "INT64"), ("name", "BYTES")], tails, strict=True)
    ]
    head = json.dumps({"inputs": inputs, "parameters": {"binary_data_output": True}}).encode()
    response = ask(
        V2,
        head + b"".join(tails),
        "kserve-v2",
        predict=lambda record: {"older": record["age"] + 0.5, "who": record["name"]},
        headers={"Inference-Header-Content-Length": str(len(head))},
    )
    length = int(response.headers["Inference-Header-Content-Length"])
    told = json.loads(response.data[:length])["outputs"]
    assert [one["parameters"]["binary_data_size"] for one in told] == [16, 16]
    tail = response.data[length:]
    assert struct.unpack("<2d", tail[:16]) == (20.5, 1.5)
    assert tail[16:] == tails[1]


@pytest.mark.parametrize("length", ["²", "-1", "9" * 5000, "10000", "x"])
def test_v2_wants_the_length_of_its_json_as_a_number(ask, length):
    headers = {"Inference-Header-Content-Length": length}
    response = ask(V2, {"inputs": []}, "kserve-v2", headers=headers)
    assert response.status_code == 400
    assert "a number up to the length of the body" in response.json["error"]


def test_v2_takes_nan_as_null(ask):
    said = {"$defs": {"record": {"properties": {"age": {"type": ["number", "null"]}}}}}
    tail = struct.pack("<2f", float("nan"), 1.5)
    one = {"name": "age", "datatype": "FP32", "shape": [2]}
    head = json.dumps({"inputs": [{**one, "parameters": {"binary_data_size": 8}}]}).encode()
    response = ask(
        V2,
        head + tail,
        "kserve-v2",
        predict=lambda record: record["age"] is None,
        headers={"Inference-Header-Content-Length": str(len(head))},
        **said,
    )
    assert response.json["outputs"][0]["data"] == [True, False]
    assert response.json["outputs"][0]["datatype"] == "BOOL"


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        pytest.param(b"{", 400, "malformed JSON", id="no JSON"),
        pytest.param([], 400, "expected a JSON object", id="no object"),
        pytest.param({}, 400, "expected inputs, a list of tensors", id="no inputs"),
        pytest.param({"inputs": []}, 400, "the array is empty|columns", id="none"),
        pytest.param({"inputs": [{"name": "age"}]}, 400, "expected a datatype", id="no datatype"),
        pytest.param(
            {"inputs": [{**column("age", "INT64", [1]), "datatype": []}]},
            400,
            "expected a datatype",
            id="a list as datatype",
        ),
        pytest.param(
            {"inputs": [column("age", "INT64", [1], [10**12, 1])]}, 400, "do not fill", id="shape"
        ),
        pytest.param({"inputs": [column("age", "INT64", [], [0])]}, 400, "from 1 on", id="no rows"),
        pytest.param(
            {"inputs": [column("age", "INT64", [1], [1] * 2000)]}, 400, "1 to 8", id="deep"
        ),
        pytest.param(
            {"inputs": [column("age", "INT64", [1.5])]}, 400, "a value is no INT64", id="fraction"
        ),
        pytest.param(
            {"inputs": [column("age", "FP64", [1.5])]},
            400,
            "record 0: feature age: expected an integer",
            id="contract",
        ),
        pytest.param(
            {"inputs": [column("age", "INT64", [1]), column("nam", "BYTES", ["x"])]},
            400,
            "no such input: nam; there are age, name",
            id="unknown input",
        ),
        pytest.param(
            {"inputs": [column("age", "INT64", [1, 2]), column("name", "BYTES", ["x"])]},
            400,
            "columns of the same length",
            id="lengths",
        ),
        pytest.param(
            {"inputs": [column("age", "INT64", [1])], "outputs": [{"name": "x"}]},
            400,
            "no such output; there are prediction",
            id="unknown output",
        ),
    ],
)
def test_v2_refuses_with_one_sentence(ask, body, status, error):
    response = ask(V2, body, "kserve-v2")
    assert response.status_code == status
    assert list(response.json) == ["error"]
    found = response.json["error"]
    assert any(words in found for words in error.split("|")), found


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(None, id="nothing"),
        pytest.param({"x": {"y": 1}}, id="nested"),
        pytest.param([[1], [1, 2]], id="unequal"),
        pytest.param(2**60 + 0.0, id="a float is fine"),
    ],
)
def test_v2_says_what_tensors_cannot_carry(ask, answer):
    response = ask(
        V2, {"inputs": [column("age", "INT64", [1])]}, "kserve-v2", predict=lambda record: answer
    )
    if isinstance(answer, float):
        assert response.json["outputs"][0]["data"] == [answer]
        return
    assert response.status_code == 501
    assert "POST /predict takes and gives plain JSON" in response.json["error"]


def test_v2_tells_of_itself(serve):
    client = serve(lambda record: 1, of("kserve-v2", model_name="mine"))
    assert client.get("/v2/health/live").json == {"live": True}
    assert client.get("/v2/health/ready").json == {"ready": True}
    assert client.get("/v2").json["name"] == "mine"
    assert client.get("/v2/models").json == {"models": ["mine"]}
    told = client.get("/v2/models/mine/versions/two-1").json
    assert told["inputs"] == [
        {"name": "age", "datatype": "INT64", "shape": [-1]},
        {"name": "name", "datatype": "BYTES", "shape": [-1]},
    ]
    assert client.get("/v2/models/mine/ready").json == {"name": "mine", "ready": True}
    for path in ("/v2/models/two", "/v2/models/mine/versions/9/ready", "/v2/nope"):
        response = client.get(path)
        assert response.status_code == 404
        assert list(response.json) == ["error"]


# --- JSON of the others -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("protocol", "path", "body"),
    [
        pytest.param("kserve-v1", "/v1/models/two:predict", {"instances": [{"age": 20}]}, id="V1"),
        pytest.param("kserve-v1", "/v1/models/two:predict", {"inputs": [[20, None]]}, id="row"),
        pytest.param("sagemaker", "/invocations", {"age": 20}, id="a record"),
        pytest.param("sagemaker", "/invocations", [{"age": 20}], id="records"),
        pytest.param("sagemaker", "/invocations", {"instances": [{"age": 20}]}, id="instances"),
        pytest.param("mlflow", "/invocations", {"dataframe_records": [{"age": 20}]}, id="records"),
        pytest.param(
            "mlflow",
            "/invocations",
            {"dataframe_split": {"columns": ["name", "age"], "index": [3], "data": [[None, 20]]}},
            id="split",
        ),
        pytest.param("mlflow", "/invocations", {"inputs": {"age": [20]}}, id="columns"),
    ],
)
def test_json_gives_the_answers_as_predictions(ask, protocol, path, body):
    response = ask(path, body, protocol)
    assert response.json == {"predictions": [40.0]}, response.text


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"input_data": {"columns": ["age"], "data": [[20], [1]]}}, id="a table"),
        pytest.param({"input_data": [{"age": 20}, {"age": 1}]}, id="records"),
        pytest.param([{"age": 20}, {"age": 1}], id="the service's own"),
    ],
)
def test_azure_gives_a_list(ask, body):
    assert ask("/score", body, "azureml").json == [40.0, 2.0]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        pytest.param([], "expected a JSON object with one of instances, inputs", id="a list"),
        pytest.param({}, "got none of them", id="nothing"),
        pytest.param({"instances": [], "inputs": []}, "exactly one", id="two"),
        pytest.param({"instances": []}, "the array is empty", id="empty"),
        pytest.param({"instances": 3}, "expected a list of records", id="a number"),
        pytest.param({"instances": [3]}, "each record as an object", id="bare numbers"),
        pytest.param({"instances": [[3]]}, "rows of 2 values (age, name), got 1", id="short"),
        pytest.param({"instances": [{"age": 1}, {"age": "x"}]}, "record 1: feature age", id="text"),
        pytest.param({"instances": [DOUBLE], "parameters": {"x": 1}}, "takes none", id="params"),
    ],
)
def test_v1_refuses_what_it_does_not_understand(ask, body, error):
    response = ask("/v1/models/two:predict", body, "kserve-v1")
    assert response.status_code == 400
    assert error in response.json["error"]


def test_v1_knows_its_model_only(serve):
    client = serve(lambda record: 1, of("kserve-v1"))
    assert client.get("/v1/models").json == {"models": ["two"]}
    assert client.get("/v1/models/two").json == {"name": "two", "ready": True}
    assert client.get("/v1/models/other").status_code == 404


def test_a_single_feature_needs_no_name(ask):
    one = {"record": {"properties": {"text": {"type": "string"}}, "required": ["text"]}}
    arrays = {"record": {"properties": {"image": {"type": "array"}}, "required": ["image"]}}
    v1 = "/v1/models/two:predict"
    for defs, instance in ((one, "abc"), (one, ["abc"]), (arrays, [1, 2, 3])):
        response = ask(
            v1,
            {"instances": [instance]},
            "kserve-v1",
            predict=lambda record: len(next(iter(record.values()))),
            **{"$defs": defs},
        )
        assert response.json == {"predictions": [3]}


def test_vertex_has_the_routes_of_the_platform(serve):
    routes = {"aip_health_route": "/v1/e/1:h", "aip_predict_route": "/v1/e/1/d/2:predict"}
    client = serve(lambda record: record["age"], of("vertex", **routes))
    assert client.get("/v1/e/1:h").status_code == 200
    response = client.post("/v1/e/1/d/2:predict", json={"instances": [{"age": 7}]})
    assert response.json == {"predictions": [7]}
    assert client.post("/predict", json={"age": 7}).status_code == 200


@pytest.mark.parametrize(
    ("routes", "message"),
    [
        pytest.param({}, "vertex needs AIP_HEALTH_ROUTE and AIP_PREDICT_ROUTE", id="none"),
        pytest.param(
            {"aip_health_route": "/readyz", "aip_predict_route": "/predict"},
            "vertex wants /predict, which is taken already",
            id="the service's own",
        ),
    ],
)
def test_vertex_stops_the_start_without_routes_of_its_own(serve, routes, message):
    with pytest.raises(StartError, match=message):
        serve(lambda record: 1, of("vertex", **routes))


def test_mlflow_has_errors_of_its_own_shape(ask):
    response = ask("/invocations", [{"age": 1}], "mlflow")
    assert response.status_code == 400
    assert sorted(response.json) == ["error_code", "message"]
    assert response.json["error_code"] == "BAD_REQUEST"
    assert ask("/invocations", b"x", "mlflow", kind="text/html").status_code == 415
    failed = ask("/invocations", {"inputs": {"age": [1]}}, "mlflow", predict=lambda record: 1 / 0)
    assert failed.json["error_code"] == "INTERNAL_ERROR"


# --- lines --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param("20,Ada\n1,\n", "text/csv", id="no header"),
        pytest.param("20,Ada\r\n1,", "text/csv; header=absent", id="said to have none"),
        pytest.param("name,age\nAda,20\n,01.0\n", "text/csv; charset=utf-8", id="header"),
        pytest.param('"age"\n20\n+1\n', "text/csv; header=present", id="fewer columns"),
    ],
)
def test_csv_is_answered_line_by_line(ask, body, kind):
    response = ask("/invocations", body, "sagemaker", kind=kind)
    assert (response.status_code, response.text) == (200, "40.0\n2.0\n")
    assert response.mimetype == "text/csv"


def test_an_empty_field_is_null(ask):
    response = ask(
        "/invocations",
        "1,\n2,x\n",
        "sagemaker",
        kind="text/csv",
        predict=lambda record: {"name": record["name"], "known": record["name"] is not None},
    )
    assert response.text == ",false\nx,true\n"


@pytest.mark.parametrize(
    ("body", "kind", "status", "error"),
    [
        pytest.param("1_0,x\n", "text/csv", 400, "expected an integer", id="no number"),
        pytest.param("1,x\n\n2,x\n", "text/csv", 400, "2 fields (age, name)", id="blank"),
        pytest.param("9" * 5000 + ",x", "text/csv", 400, "expected an integer", id="5000 digits"),
        pytest.param("1,2,3\n", "text/csv", 400, "2 fields (age, name)", id="too many"),
        pytest.param("a,b\n1,2\n", "text/csv; header=present", 400, "a header of", id="header"),
        pytest.param("age,age\n1,2\n", "text/csv", 400, "a column is there twice", id="twice"),
        pytest.param('1,"x\n', "text/csv", 400, "malformed CSV", id="an open quote"),
        pytest.param(b"1,\xff\n", "text/csv", 400, "malformed CSV", id="no UTF-8"),
        pytest.param("", "text/csv", 400, "the array is empty", id="empty"),
        pytest.param('{"age":1}\n\n', "application/jsonlines", 400, "malformed", id="a blank line"),
        pytest.param("x", "image/png", 415, "expected one of application/json", id="a picture"),
    ],
)
def test_lines_that_are_none_are_refused(ask, body, kind, status, error):
    response = ask("/invocations", body, "sagemaker", kind=kind)
    assert response.status_code == status
    assert error in response.json["error"]


def test_a_list_in_csv_is_json(ask):
    lists = {"record": {"properties": {"image": {"type": "array"}}, "required": ["image"]}}
    response = ask(
        "/invocations",
        '"[1, 2.5]"\n',
        "sagemaker",
        kind="text/csv",
        predict=lambda record: record["image"],
        **{"$defs": lists},
    )
    assert response.text == "1,2.5\n"


def test_json_lines_are_answered_with_json_lines(ask):
    body = '{"age":20}\n{"age":1}'
    response = ask("/invocations", body, "sagemaker", kind="application/jsonlines")
    assert [parse_strictly(line) for line in response.text.splitlines()] == [40.0, 2.0]
    assert response.text.endswith("\n")


def test_accept_says_what_is_wanted(ask):
    def accepted(wanted):
        headers = {"Accept": wanted}
        return ask("/invocations", "20,x\n", "sagemaker", kind="text/csv", headers=headers)

    assert accepted("application/json").json == {"predictions": [40.0]}
    assert accepted("*/*").text == "40.0\n"
    assert accepted("application/jsonlines;q=0.5, image/png").text == "40.0\n"
    assert accepted("image/png").status_code == 415


def test_csv_says_what_it_cannot_carry(ask):
    nested = ask(
        "/invocations", "1,x", "sagemaker", kind="text/csv", predict=lambda record: [[1], 2]
    )
    assert nested.status_code == 501
    any_type = {"record": {"properties": {"age": {}}, "required": ["age"]}}
    response = ask("/invocations", "1", "sagemaker", kind="text/csv", **{"$defs": any_type})
    assert response.status_code == 501
    assert "feature age is of a type that CSV does not tell" in response.json["error"]


def test_sagemaker_tells_what_a_batch_may_be(serve):
    client = serve(lambda record: 1, of("sagemaker"))
    assert client.get("/execution-parameters").json == {
        "MaxConcurrentTransforms": 4,
        "BatchStrategy": "MULTI_RECORD",
        "MaxPayloadInMB": 8,
    }
    alone = {"predict": {**TWO_FEATURES["predict"], "rowwise": False}}
    client = serve(lambda record: 1, of("sagemaker"), **alone)
    assert client.get("/execution-parameters").json["MaxConcurrentTransforms"] == 1
