"""Hooks over HTTP: made with a secret shown once, listed without it, removed; bad addresses are refused by name."""

import pytest
from starlette.testclient import TestClient

from ticket_triage.api.app import create_app
from ticket_triage.api.hook_shapes import HOOK_EXAMPLE, DeadOut, HookGone, HookMade, HooksOut, TriedAnew
from ticket_triage.settings import Settings


@pytest.fixture
def kept(assessor, now, address):
    with TestClient(create_app(Settings(store=address), assessor, clock=lambda: now)) as client:
        yield client


def test_a_hook_is_made_listed_and_removed(kept):
    made = HookMade.model_validate_json(kept.post("/v1/hooks", json=HOOK_EXAMPLE).text, strict=True)
    listed = kept.get("/v1/hooks")
    [hook] = HooksOut.model_validate_json(listed.text, strict=True).hooks
    assert (hook.hook_id, hook.url, hook.kinds) == (made.hook_id, HOOK_EXAMPLE["url"], ["ticket.turned"])
    assert made.secret not in listed.text
    gone = kept.delete(f"/v1/hooks/{made.hook_id}")
    assert HookGone.model_validate_json(gone.text, strict=True).hook_id == made.hook_id
    assert kept.get("/v1/hooks").json() == {"hooks": []}
    assert kept.delete(f"/v1/hooks/{made.hook_id}").json()["code"] == "hook-not-found"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "url is required"),
        ({"url": "http://desk.example.org/in"}, "url cannot be used: Notices go to https addresses alone"),
        ({"url": "https://10.0.0.1/in"}, "url cannot be used: Notices may not go to 10.0.0.1"),
        ({"url": "https://desk.example.org/in", "kinds": ["x"]}, r"kinds[0] must be 'ticket.decided' or"),
        ({"url": "https://desk.example.org/in", "secret": "mine"}, "secret is no field here"),
        ([], "The body must be an object"),
    ],
)
def test_a_hook_that_cannot_be_is_refused_by_name(kept, body, told):
    answer = kept.post("/v1/hooks", json=body)
    assert answer.status_code == 422
    assert told in answer.json()["detail"]
    assert kept.get("/v1/hooks").json() == {"hooks": []}


def test_nothing_dead_is_an_empty_list(kept):
    assert DeadOut.model_validate_json(kept.get("/v1/hooks/dead").text, strict=True).dead == []
    tried = kept.post("/v1/hooks/dead/retry", json={})
    assert TriedAnew.model_validate_json(tried.text, strict=True).tried_anew == 0
    assert kept.post("/v1/hooks/dead/retry", json={"delivery_id": "dlv_1"}).status_code == 404


def test_without_a_store_there_are_no_hooks(client):
    assert client.get("/v1/hooks").json()["code"] == "no-store"
    assert client.post("/v1/hooks", json=HOOK_EXAMPLE).json()["code"] == "no-store"


@pytest.mark.parametrize("hook_id", ["x", "hk_%00", "hk_0123456789ab%0a", "hk_0123456789ab"])
def test_a_name_that_is_no_hook_is_not_found(kept, hook_id):
    assert kept.delete(f"/v1/hooks/{hook_id}").status_code == 404
