"""Who is not listened to, what is no payload, and that nothing anybody sends makes the service fail."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from helpdesks import KEY, NOW, SECRETS, SOURCES, Helpdesk, changed, example, settings
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st
from starlette.testclient import TestClient

from ticket_triage.api.app import create_app
from ticket_triage.api.hook_shapes import WEBHOOK_EXAMPLE
from ticket_triage.api.schemas import Problem
from ticket_triage.errors import BadOptionError
from ticket_triage.service.keep import forget_in_store
from ticket_triage.settings import Settings


@pytest.fixture
def desk(assessor, address):
    with TestClient(create_app(settings(store=address), assessor, clock=lambda: NOW)) as client:
        yield Helpdesk(client)


@pytest.fixture
def quick(assessor, tmp_path):
    """On SQLite alone, where the database makes no difference."""
    with TestClient(create_app(settings(store=str(tmp_path)), assessor, clock=lambda: NOW)) as client:
        yield Helpdesk(client)


@pytest.fixture(scope="module")
def empty(assessor, tmp_path_factory):
    """Where nothing that is sent is ever kept."""
    store = str(tmp_path_factory.mktemp("empty"))
    with TestClient(create_app(settings(store=store), assessor, clock=lambda: NOW)) as client:
        yield Helpdesk(client)


WRONG = ("another secret", "another body", "no signature", "another source's", "nothing")


@pytest.mark.parametrize(
    ("source", "what"),
    [(source, what) for source in SOURCES for what in WRONG if (source, what) != ("freshdesk", "another body")],
)
def test_what_is_not_signed_by_its_source_is_not_listened_to(empty, source, what):
    body = json.dumps(example(source)).encode()
    other = next(name for name in ("generic", "zendesk", "freshdesk") if name != source)
    headers = {
        "another secret": empty.signed(source, body, secret="somebody-else-s-secret"),
        "another body": empty.signed(source, body + b" "),
        "no signature": dict.fromkeys(empty.signed(source, body), ""),
        "another source's": empty.signed(other, body),
        "nothing": {},
    }[what]
    answer = empty.post(source, body, headers={"accept": "*/*", **headers})
    problem = Problem.model_validate_json(answer.text, strict=True)
    assert (answer.status_code, problem.code) == (401, "bad-signature")
    assert answer.headers["www-authenticate"].startswith("Signature")
    for hidden in (SECRETS[source], *headers.values(), example(source).get("type", "\0")):
        assert not hidden or hidden not in answer.text
    assert empty.nothing_kept()


@pytest.mark.parametrize("source", ["generic", "zendesk"])
@pytest.mark.parametrize("seconds", [-301, 301, -86_400])
def test_an_old_moment_is_refused_though_the_signature_is_right(quick, source, seconds):
    answer = quick.post(source, example(source), at=NOW + timedelta(seconds=seconds))
    assert (answer.status_code, answer.json()["code"]) == (401, "bad-signature")
    assert "more than 300 s" in answer.json()["detail"]
    assert quick.nothing_kept()
    assert quick.post(source, example(source), at=NOW + timedelta(seconds=299)).status_code == 200


@pytest.mark.parametrize(
    "moment", ["", "x", "-1", "1e9", "99999999999999999999", "2026-03-02T09:30:00", "\xb2", "99999999999"]
)
@pytest.mark.parametrize("source", ["generic", "zendesk"])
def test_a_moment_that_is_none_is_refused(empty, source, moment):
    body = json.dumps(example(source)).encode()
    name = {"generic": "webhook-timestamp", "zendesk": "X-Zendesk-Webhook-Signature-Timestamp"}[source]
    signed = empty.signed(source, body)
    if source == "zendesk":
        mac = hmac.new(SECRETS[source].encode(), moment.encode("latin-1") + body, hashlib.sha256)
        signed["X-Zendesk-Webhook-Signature"] = base64.b64encode(mac.digest()).decode()
    else:
        mac = hmac.new(KEY, f"d-1.{moment}.".encode() + body, hashlib.sha256)
        signed["webhook-signature"] = "v1," + base64.b64encode(mac.digest()).decode()
    headers = [
        (k, v.encode("latin-1")) for k, v in (signed | {name: moment, "content-type": "application/json"}).items()
    ]
    answer = empty.client.post(f"/v1/webhooks/{source}", content=body, headers=headers)
    assert answer.status_code == 401


def test_freshdesk_may_send_its_secret_as_a_password(quick):
    word = base64.b64encode(f"triage:{SECRETS['freshdesk']}".encode()).decode()
    assert quick.post("freshdesk", example("freshdesk"), headers={"Authorization": f"Basic {word}"}).status_code == 200
    for wrong in ("Basic x", "Basic " + base64.b64encode(b"triage").decode(), f"Bearer {SECRETS['freshdesk']}"):
        assert quick.post("freshdesk", example("freshdesk"), headers={"Authorization": wrong}).status_code == 401


def test_a_secret_can_be_changed_without_losing_a_message(assessor, tmp_path):
    both = Settings(store=str(tmp_path), webhook_jira_secret=f"the-new-secret-of-jira {SECRETS['jira']}")
    with TestClient(create_app(both, assessor, clock=lambda: NOW)) as client:
        desk = Helpdesk(client)
        assert desk.post("jira", example("jira")).status_code == 200
        assert desk.post("jira", example("jira"), secret="the-new-secret-of-jira").status_code == 200
        assert desk.post("jira", example("jira"), secret="the-old-secret-of-jira").status_code == 401


@pytest.mark.parametrize(
    ("source", "payload", "lacks"),
    [
        ("generic", {}, "data.ticket.ticket_id"),
        ("generic", {"data": {"ticket": {"ticket_id": "T-1"}, "events": 5}}, "data.events"),
        ("zendesk", {"type": "zen:event-type:ticket.created"}, "detail.id"),
        ("zendesk", {"detail": {"id": 1}}, "type"),
        ("zendesk", {"type": "zen:event-type:user.created", "detail": {"id": 1}}, "zen:event-type:ticket."),
        ("freshdesk", {"ticket_id": 5}, "freshdesk_webhook.ticket_id"),
        ("jira", {"webhookEvent": "sprint_started", "sprint": {"id": 5}}, "issue.key"),
        ("zammad", {"ticket": {"id": 5}}, "ticket.number"),
        ("zammad", [], "ticket.number"),
        ("zammad", None, "ticket.title"),
    ],
)
def test_what_is_no_payload_is_told_by_what_it_lacks(empty, source, payload, lacks):
    answer = empty.post(source, payload)
    problem = Problem.model_validate_json(answer.text, strict=True)
    assert (answer.status_code, problem.code) == (422, "bad-payload")
    assert lacks in problem.detail
    assert len(problem.errors) >= 1
    assert empty.nothing_kept()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"data__ticket__vip": "yes"}, "vip must be true or false"),
        ({"data__events": [{"kind": "public_replay"}]}, "did you mean 'public_reply'?"),
        ({"data__ticket__opened_at": "yesterday"}, "opened_at must be a moment"),
    ],
)
def test_our_own_shape_is_checked_as_strictly_as_a_ticket(empty, change, told):
    answer = empty.post("generic", changed("generic", **change))
    assert answer.status_code == 422
    assert told in answer.json()["detail"]
    assert empty.nothing_kept()


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_with_a_template_may_send_our_own_shape(quick, source):
    assert quick.post(source, WEBHOOK_EXAMPLE).status_code == 200
    assert quick.client.get("/v1/tickets/T-1042").status_code == 200


@pytest.mark.parametrize("odd", ["\0", "\ud800", "x" * 400, "a\nb"])
def test_odd_letters_of_a_customer_do_not_keep_a_ticket_out(desk, odd):
    payload = changed("zendesk", detail__tags=[odd], detail__organization_id=odd, detail__description=odd * 3)
    payload["event"]["comment"]["body"] = odd
    assert desk.post("zendesk", payload).status_code == 200
    assert desk.ticket("zendesk").ticket_id == "3018"


ODD = (None, True, -1, 2**70, 1.5, "", " ", "\0", "\ud800", "2026-13-01", [], {}, [None], [[]], "x" * 300)


def leaves(value, way=()):
    for name, inner in value.items():
        yield from leaves(inner, (*way, name)) if isinstance(inner, dict) else [(*way, name)]


@pytest.mark.parametrize("source", SOURCES)
@settings_of_hypothesis(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_an_odd_value_anywhere_never_fails_the_service(muddle, source, data):
    paths = ["__".join(way) for way in leaves(example(source))]
    odd = data.draw(st.dictionaries(st.sampled_from(paths), st.sampled_from(ODD), min_size=1, max_size=3))
    answer = muddle.post(source, changed(source, **odd))
    assert answer.status_code in (200, 422), answer.text


@pytest.fixture(scope="module")
def muddle(assessor, tmp_path_factory):
    store = str(tmp_path_factory.mktemp("muddle"))
    often = settings(store=store, rate_per_s=1e6, rate_burst=10**6)
    with TestClient(create_app(often, assessor, clock=lambda: NOW)) as client:
        yield Helpdesk(client)


def test_personal_data_does_not_reach_the_store(quick, tmp_path):
    payload = changed("zendesk", detail__description="Call +49 170 1234567 or write to max@example.org")
    payload["event"]["comment"]["body"] = "My card is 4111 1111 1111 1111"
    quick.post("zendesk", payload)
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("store.db*"))
    assert b"max@example.org" not in stored
    assert b"4111 1111" not in stored
    assert b"[mail]" in stored


def test_who_is_forgotten_is_forgotten_with_what_a_helpdesk_told(assessor, address):
    with TestClient(create_app(settings(store=address), assessor, clock=lambda: NOW)) as client:
        Helpdesk(client).post("freshdesk", example("freshdesk"))
        Helpdesk(client).post("zammad", example("zammad"))
    assert forget_in_store(address, "requester", "lena@example.org", NOW) == (1, 0)
    with TestClient(create_app(settings(store=address), assessor, clock=lambda: NOW)) as client:
        assert client.get("/v1/tickets/512").status_code == 404
        assert "idempotent-replayed" not in Helpdesk(client).post("freshdesk", example("freshdesk")).headers
        assert "idempotent-replayed" in Helpdesk(client).post("zammad", example("zammad")).headers


def test_an_unknown_source_and_one_without_a_secret_are_told_apart(assessor, tmp_path):
    some = Settings(store=str(tmp_path), webhook_jira_secret=SECRETS["jira"])
    with TestClient(create_app(some, assessor, clock=lambda: NOW)) as client:
        desk = Helpdesk(client)
        assert desk.post("github", {}, headers={"x-hub-signature": "x"}).json()["code"] == "not-found"
        closed = desk.post("zammad", example("zammad"))
        assert (closed.status_code, closed.json()["code"]) == (503, "no-webhook-secret")
        assert "TRIAGE_WEBHOOK_ZAMMAD_SECRET" in closed.json()["detail"]


def test_without_a_store_nothing_is_taken(assessor):
    with TestClient(create_app(settings(), assessor, clock=lambda: NOW)) as client:
        assert Helpdesk(client).post("jira", example("jira")).json()["code"] == "no-store"


def test_too_much_is_refused_before_it_is_looked_at(assessor, tmp_path):
    small = settings(store=str(tmp_path), max_body_bytes=2_000)
    with TestClient(create_app(small, assessor, clock=lambda: NOW)) as client:
        assert Helpdesk(client).post("zammad", {"x": "y" * 3_000}).status_code == 413


def test_a_source_that_sends_too_often_is_told_when_to_come_again(assessor, tmp_path):
    few = settings(store=str(tmp_path), rate_per_s=0.001, rate_burst=2)
    with TestClient(create_app(few, assessor, clock=lambda: NOW)) as client:
        desk = Helpdesk(client)
        assert [desk.post("jira", example("jira")).status_code for _ in range(3)] == [200, 200, 429]
        assert desk.post("zammad", example("zammad"), secret="wrong-secret-of-sixteen").status_code == 401
        assert desk.post("zammad", example("zammad")).status_code == 200


@pytest.mark.parametrize("secret", ["short", "", "a-first-secret-here a-second-secret-here a-third-secret-here"])
def test_a_secret_that_is_none_is_refused_at_the_start(monkeypatch, secret):
    from ticket_triage.settings import load_settings

    monkeypatch.setenv("TRIAGE_WEBHOOK_JIRA_SECRET", secret)
    with pytest.raises(
        BadOptionError, match=r"^Environment variable TRIAGE_WEBHOOK_JIRA_SECRET cannot be used:"
    ) as told:
        load_settings(["TRIAGE_WEBHOOK_JIRA_SECRET"])
    assert not secret or secret not in str(told.value)


def test_a_generic_secret_must_be_one_of_the_standard():
    with pytest.raises(BadOptionError, match="openssl rand -base64 32 makes one"):
        create_app(Settings(webhook_generic_secret="this is no base64 at all".replace(" ", "_")))


def test_a_secret_is_shown_nowhere():
    assert not [secret for secret in SECRETS.values() if secret in repr(settings()) + str(settings().model_dump())]
