"""Who comes in: every route by every scope, keys that open nothing, the open loopback, and how often."""

import json

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Route
from starlette.testclient import TestClient

from ticket_triage.api.app import create_app
from ticket_triage.api.doors import Doors
from ticket_triage.api.errors import Refusal
from ticket_triage.api.rules import FREE, RULES, SIGNED
from ticket_triage.service.key_ring import SCOPES, KeyRing, Opener
from ticket_triage.service.keys import new_key
from ticket_triage.settings import Settings

JSON = {"content-type": "application/json"}


def routes_of(app):
    """Every method and path the application serves."""
    served = [route for route in app.routes if isinstance(route, Route)]
    return sorted({(method, route.path_format) for route in served for method in route.methods - {"HEAD"}})


ROUTES = routes_of(create_app(Settings()))
KEYS = {scope: new_key(scope, [scope]) for scope in SCOPES}
REVOKED = new_key("gone", ["predict"])


@pytest.fixture(scope="module")
def closed(assessor, now):
    """The application once keys exist."""
    app = create_app(Settings(webhook_zendesk_secret="zendesk-secret-of-the-tests"), assessor, clock=lambda: now)
    gone = REVOKED[1]._replace(scopes=frozenset())
    app.doors.ring = KeyRing([*(made for _, made in KEYS.values()), gone])
    with TestClient(app) as client:
        yield client


def address(path):
    """A path with something in the place of each name."""
    return path.replace("{source}", "zendesk").replace("{", "").replace("}", "")


def bearing(key):
    return {**JSON, "authorization": f"Bearer {key}"}


def test_every_route_has_a_rule_and_every_rule_a_route():
    assert all(isinstance(route, APIRoute | Route) for route in create_app(Settings()).routes)
    assert sorted(RULES) == ROUTES
    assert set(RULES.values()) <= {FREE, SIGNED, *SCOPES}


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_route_opens_to_its_scope_alone(closed, method, path, scope):
    answer = closed.request(method, address(path), headers=bearing(KEYS[scope][0]))
    needed = RULES[method, path]
    if needed == SIGNED:
        assert (answer.status_code, answer.json()["code"]) == (401, "bad-signature")
    elif needed in (FREE, scope):
        assert answer.status_code not in (401, 403)
    else:
        assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing")
        assert needed in answer.json()["detail"]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_without_a_key_only_what_is_free_is_told(closed, method, path):
    answer = closed.request(method, address(path), headers=JSON)
    if RULES[method, path] == FREE:
        assert answer.status_code == 200
    elif RULES[method, path] == SIGNED:
        assert (answer.status_code, answer.json()["code"]) == (401, "bad-signature")
    else:
        assert (answer.status_code, answer.json()["code"]) == (401, "key-missing")
        assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", ["/nowhere", "/v1/predict/", "//v1/predict", "/v1/predict%2f", "/V1/PREDICT", "/docs"])
def test_what_is_not_there_is_told_to_keys_alone(closed, path):
    assert closed.post(path, headers=JSON).status_code == 401
    assert closed.post(path, headers=bearing(KEYS["read"][0])).status_code == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"])
def test_another_method_needs_a_key_too(closed, method):
    assert closed.request(method, "/v1/predict").status_code == 401
    assert closed.request(method, "/v1/predict", headers=bearing(KEYS["predict"][0])).status_code == 405


GOOD = KEYS["predict"][0]


NO_KEYS = {
    "revoked": f"Bearer {REVOKED[0]}",
    "cut": f"Bearer {GOOD[:-1]}",
    "longer": f"Bearer {GOOD}x",
    "another end": f"Bearer {GOOD[:-1]}{'A' if GOOD[-1] != 'A' else 'B'}",
    "upper case": f"Bearer {GOOD.upper()}",
    "the hash": f"Bearer {KEYS['predict'][1].hash}",
    "another's secret": f"Bearer {GOOD[:16]}{KEYS['admin'][0][16:]}",
    "nothing": "Bearer ",
    "no space": "Bearer",
    "another scheme": f"Basic {GOOD}",
    "no scheme": GOOD,
    "two": f"Bearer {GOOD},{GOOD}",
    "no text": "Bearer \xff\xfe",
}


@pytest.mark.parametrize("given", NO_KEYS.values(), ids=NO_KEYS)
def test_what_is_no_key_opens_nothing_and_is_not_repeated(closed, given):
    answer = closed.post(
        "/v1/predict", content=b"{}", headers=[*JSON.items(), ("authorization", given.encode("latin-1"))]
    )
    assert answer.status_code == 401
    assert GOOD[5:17] not in answer.text
    assert GOOD[-20:] not in answer.text


def test_two_keys_at_once_are_refused(closed):
    headers = [("authorization", f"Bearer {GOOD}"), ("authorization", f"Bearer {GOOD}"), *JSON.items()]
    answer = closed.post("/v1/predict", content=b"{}", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "header-twice")


def test_a_key_is_named_in_any_case_of_its_scheme(closed):
    answer = closed.post("/v1/predict", json={"ticket_id": "T"}, headers={"authorization": f"bEARER {GOOD}"})
    assert answer.status_code == 200


def test_a_stranger_s_body_is_not_read(closed):
    assert closed.post("/v1/predict", content=b"x" * 3_000_000, headers=JSON).status_code == 401


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200), ("localhost:8000", 200), ("127.0.0.1:80", 200), ("[::1]:8000", 200), ("[::1]", 200),
        ("triage", 200), ("app.localhost", 200), ("evil.example", 403), ("evil.example:8000", 403),
        ("127.0.0.1.evil.example", 403), ("10.1.2.3", 403),
    ],
)  # fmt: skip
def test_an_open_service_answers_to_its_own_names_alone(client, host, status):
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == status
    assert "evil" not in answer.text


@pytest.mark.parametrize(("host", "server"), [("0.0.0.0", "127.0.0.1"), ("127.0.0.1", "10.1.2.3"), ("::", "::1")])
def test_nothing_is_open_where_others_can_reach_it(assessor, host, server):
    with TestClient(create_app(Settings(host=host), assessor), base_url="http://localhost") as client:
        assert client.get("/healthz").status_code == 200
    doors = Doors(local=host == "127.0.0.1", rate_per_s=1, burst=1)
    with pytest.raises(Refusal, match="needs an API key"):
        doors.admit({"server": (server, 80)}, {b"host": b"localhost"}, "predict")


def test_a_revoked_key_leaves_the_door_shut(assessor):
    app = create_app(Settings(), assessor)
    app.doors.ring = KeyRing([Opener("0" * 12, "0" * 64, frozenset())])
    with TestClient(app) as client:
        assert client.post("/v1/predict", json={"ticket_id": "T"}).status_code == 401


def test_a_bucket_lets_a_burst_through_and_then_so_many_a_second():
    moment = [0.0]
    key, made = new_key("busy", ["predict"])
    doors = Doors(local=False, rate_per_s=2, burst=3, ring=KeyRing([made]), clock=lambda: moment[0])

    def let_in():
        try:
            return doors.admit({}, {b"authorization": b"Bearer " + key.encode()}, "predict")
        except Refusal as refusal:
            return refusal.status_code, refusal.headers

    assert [let_in() for _ in range(3)] == [made.key_id] * 3
    assert let_in() == (429, {"retry-after": "1"})
    moment[0] = 0.5
    assert [let_in(), let_in()[0]] == [made.key_id, 429]
    moment[0] = 1000.0
    assert [let_in() for _ in range(4)][2:] == [made.key_id, (429, {"retry-after": "1"})]


def test_one_key_s_rush_is_not_another_s(assessor):
    app = create_app(Settings(rate_per_s=0.01, rate_burst=2), assessor)
    app.doors.ring = KeyRing([made for _, made in KEYS.values()])
    other = new_key("other", ["predict"])
    app.doors.ring = KeyRing([KEYS["predict"][1], other[1]])
    with TestClient(app) as client:
        codes = [client.post("/v1/predict", json={"ticket_id": "T"}, headers=bearing(GOOD)) for _ in range(4)]
        assert [answer.status_code for answer in codes] == [200, 200, 429, 429]
        assert int(codes[-1].headers["retry-after"]) >= 1
        assert client.post("/v1/predict", json={"ticket_id": "T"}, headers=bearing(other[0])).status_code == 200


def test_every_answer_carries_its_id_and_what_a_browser_must_not_do(client):
    for answer in (client.get("/healthz"), client.get("/nowhere"), client.post("/v1/predict", content=b"{")):
        assert answer.headers["x-request-id"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    ("given", "kept"), [("abc-1.2_3", True), ("x" * 65, False), ("a b", False), ("<script>", False)]
)
def test_a_sender_s_own_id_is_kept_when_it_can_be_shown(client, given, kept):
    answer = client.get("/healthz", headers={"x-request-id": given})
    assert (answer.headers["x-request-id"] == given) is kept


def test_no_other_site_is_let_in_by_a_browser(client):
    answer = client.options(
        "/v1/predict", headers={"origin": "https://evil.example", "access-control-request-method": "POST"}
    )
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_the_document_says_which_scope_opens_what(closed):
    document = closed.get("/openapi.json", headers=bearing(KEYS["read"][0])).json()
    said = {
        (method.upper(), path): operation.get("x-scope", FREE)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }
    assert said == {route: scope for route, scope in RULES.items() if route[1] != "/openapi.json"}
    assert json.dumps(document).count('"bearer"') == 1
