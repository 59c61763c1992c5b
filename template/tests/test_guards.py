"""Keys, hosts, other origins and limits: off unless they are set, and never in a probe's way."""

import base64

import pytest

from service.settings import Settings

PROBE = {"Host": "10.0.0.7:8080"}


def _ask(client, **headers):
    return client.post("/predict", json={"age": 1}, headers=headers)


@pytest.fixture
def locked(serve):
    return serve(lambda record: 1, Settings(api_keys="first-key, second-key"))


@pytest.mark.parametrize("key", ["first-key", "second-key"])
def test_each_key_opens_in_every_way(locked, key):
    basic = base64.b64encode(f"anybody:{key}".encode()).decode()
    assert _ask(locked, Authorization=f"Bearer {key}").status_code == 200
    assert _ask(locked, Authorization=f"Basic {basic}").status_code == 200
    assert _ask(locked, **{"X-API-Key": key}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer first-key2"},
        {"Authorization": "Basic !!"},
        {"X-API-Key": "first-key, second-key"},
        {"X-API-Key": "schl\u00fcssel"},
    ],
)
def test_without_a_key_there_is_no_answer(locked, headers):
    response = _ask(locked, **headers)
    assert response.status_code == 401
    assert response.json == {"error": "send a key: Authorization: Bearer KEY"}
    assert "Bearer" in response.headers["WWW-Authenticate"]
    assert response.headers["X-Request-ID"]
    for path in ("/", "/docs", "/openapi.json", "/metrics", "/nope"):
        assert locked.get(path, headers=headers).status_code == 401, path


HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_people_are_asked_for_a_key_by_a_page(locked, path):
    response = locked.get(path, headers=HTML)
    assert response.status_code == 401
    assert response.mimetype == "text/html"
    assert 'name="key"' in response.text
    assert response.headers["WWW-Authenticate"] == "Bearer"  # else the browser asks by itself
    assert "two-1" not in response.text  # nothing of the model
    with locked.get("/static/page.css") as file:
        assert file.status_code == 200
    assert locked.get("/static/../page.py").status_code in (401, 404)


def test_a_key_that_the_page_took_opens_all_of_it_until_it_is_forgotten(locked):
    response = locked.post("/key", data={"key": "second-key"})
    assert (response.status_code, response.headers["Location"]) == (303, "./")
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "second-key" not in cookie
    for path in ("/", "/docs", "/openapi.json"):
        assert locked.get(path, headers=HTML).status_code == 200, path
    assert "Forget the key" in locked.get("/").text
    assert _ask(locked).status_code == 200
    assert locked.post("/key", data={"key": ""}).status_code == 303
    assert _ask(locked).status_code == 401


@pytest.mark.parametrize("form", [{"key": "third-key"}, {"key": "k" * 5000}], ids=["other", "long"])
def test_what_is_none_of_the_keys_opens_nothing(locked, form):
    response = locked.post("/key", data=form)
    assert response.status_code == 401
    assert "none of the keys" in response.text
    assert "Set-Cookie" not in response.headers
    assert locked.get("/", headers=HTML).status_code == 401


@pytest.mark.parametrize("cookie", ["", "second-key", "\u00fc", "a" * 64, '"'])
def test_no_other_cookie_opens_anything(locked, cookie):
    assert _ask(locked, Cookie=f"service_key={cookie}").status_code == 401


def test_without_a_page_there_is_none_for_keys(serve):
    client = serve(lambda record: 1, Settings(api_keys="key", page=False))
    assert client.get("/", headers=HTML).json["error"].startswith("send a key")
    assert client.post("/key", data={"key": "key"}).status_code == 401
    assert client.get("/static/page.css").status_code == 401


def test_a_service_without_keys_asks_for_none(serve):
    client = serve(lambda record: 1, Settings())
    assert client.get("/", headers=HTML).status_code == 200
    assert client.post("/key", data={"key": "key"}).status_code == 404
    assert "Forget the key" not in client.get("/").text


def test_probes_need_no_key(locked):
    assert locked.get("/healthz").status_code == 200
    assert locked.get("/readyz").status_code == 200


def test_keys_are_not_shown():
    assert "first-key" not in repr(Settings(api_keys="first-key"))


def test_only_trusted_hosts_are_served_and_probes_by_address(serve):
    client = serve(lambda record: 1, Settings(trusted_hosts=("a.example", "b.example")))
    assert _ask(client, Host="B.example:443").status_code == 200
    response = _ask(client, Host="evil.example")
    assert response.status_code == 400
    assert "TRUSTED_HOSTS" in response.json["error"]
    assert client.get("/healthz", headers=PROBE).status_code == 200


def test_other_origins_are_let_in_by_name_only(serve):
    settings = Settings(cors_origins=("https://a.example",), api_keys="key")
    client = serve(lambda record: 1, settings)
    asked = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
    asked["Access-Control-Request-Headers"] = "authorization, content-type"
    preflight = client.options("/predict", headers=asked)
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == "https://a.example"
    assert "authorization" in preflight.headers["Access-Control-Allow-Headers"].lower()
    answer = _ask(client, Origin="https://a.example", Authorization="Bearer key")
    assert answer.headers["Access-Control-Allow-Origin"] == "https://a.example"
    other = _ask(client, Origin="https://b.example", Authorization="Bearer key")
    assert "Access-Control-Allow-Origin" not in other.headers
    plain = serve(lambda record: 1)
    assert "Access-Control-Allow-Origin" not in _ask(plain, Origin="https://a.example").headers


def test_more_often_than_allowed(serve):
    client = serve(lambda record: 1, Settings(rate_limit="3 per minute"))
    assert [_ask(client).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    refused = _ask(client)
    assert "RATE_LIMIT" in refused.json["error"]
    assert refused.headers["Retry-After"]
    assert all(client.get("/healthz").status_code == 200 for _ in range(9))


def test_answers_are_remembered_only_when_asked_for(serve):
    asked = []

    def predict(record):
        asked.append(record["age"])
        return record["age"]

    forgetful = serve(predict)
    for _ in range(2):
        assert _ask(forgetful).json["prediction"] == 1
    assert len(asked) == 2
    settings = Settings(cache_size=8)
    client = serve(predict, settings)
    for _ in range(2):
        assert _ask(client).json["prediction"] == 1
    assert len(asked) == 3
    assert client.post("/predict", json={"age": 2}).json["prediction"] == 2


def test_refusals_are_not_remembered(serve):
    answers = iter([ValueError(), 5])

    def predict(record):
        found = next(answers)
        if isinstance(found, Exception):
            raise found
        return found

    client = serve(predict, Settings(cache_size=8))
    assert _ask(client).status_code == 500
    assert _ask(client).json["prediction"] == 5
