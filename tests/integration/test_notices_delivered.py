"""``triage serve`` delivers notices: once, by one of its workers, and after it was killed too."""

import json
import signal
import time
from datetime import UTC, datetime

import pytest

from ticket_triage.service.hooks import Reach, add_hook, list_dead
from ticket_triage.store.store import Store

HERE = Reach(loopback=True)
QUICK = {"TRIAGE_HOOKS_ALLOW_LOOPBACK": "true", "TRIAGE_HOOKS_FIRST_RETRY_S": "0.05"}


def until(what):
    end = time.monotonic() + 100  # a message that was on its way when its sender died is free again after a minute
    while not what():
        assert time.monotonic() < end
        time.sleep(0.05)


def hooked(address, receiver):
    with Store(address) as store:
        return add_hook(store, receiver.url(), [], HERE, datetime.now(UTC))


def ticket(number):
    return json.dumps({"ticket_id": f"T-{number}", "subject": "Checkout is down for everyone"}).encode()


def told(receiver):
    return [json.loads(message.body)["data"]["ticket_id"] for message in receiver.got]


def test_each_decision_is_told_once_by_one_of_several_workers(server, receiver, address, tmp_path):
    made = hooked(address, receiver)
    with server("--models", tmp_path, "--store", address, "--workers", 3, **QUICK) as served:
        receipts = [json.loads(served.post("/v1/predict", ticket(number))) for number in range(6)]
        served.post("/v1/predict?record=false", ticket(99))
        until(lambda: len(receiver.got) >= 6)
        ended = served.stop()
    assert sorted(told(receiver)) == [f"T-{number}" for number in range(6)]
    first = next(json.loads(m.body) for m in receiver.got if b'"T-0"' in m.body)
    assert first["type"] == "ticket.decided"
    assert first["data"]["priority"] == receipts[0]["priority"]
    assert first["data"]["team"] == receipts[0]["route"]["team"]
    assert "Checkout" not in "".join(message.body.decode() for message in receiver.got)
    assert made.secret not in ended.out + ended.err


def test_a_killed_service_delivers_when_it_is_back(server, receiver, address, tmp_path):
    hooked(address, receiver)
    receiver.answers = [(503, {"Retry-After": "2"})] * 3
    with server("--models", tmp_path, "--store", address, **QUICK) as served:
        for number in range(3):
            served.post("/v1/predict", ticket(number))
        until(lambda: len(receiver.got) == 3)
        served.stop(signal.SIGKILL)
    assert receiver.answers == []
    with server("--models", tmp_path, "--store", address, **QUICK):
        until(lambda: len(receiver.got) == 6)
    ids = [message.headers["webhook-id"] for message in receiver.got]
    assert sorted(ids[:3]) == sorted(ids[3:])
    assert len(set(ids)) == 3


def test_what_is_dead_is_listed_and_tried_anew_over_http(server, receiver, address, tmp_path):
    hooked(address, receiver)
    receiver.answers = [(500, {})] * 2
    with server("--models", tmp_path, "--store", address, **QUICK, TRIAGE_HOOKS_ATTEMPTS="2") as served:
        served.post("/v1/predict", ticket(1))
        until(lambda: json.loads(served.get("/v1/hooks/dead"))["dead"])
        [dead] = json.loads(served.get("/v1/hooks/dead"))["dead"]
        assert (dead["attempts"], dead["last_status"]) == (2, 500)
        wanted = json.dumps({"delivery_id": dead["delivery_id"]}).encode()
        assert json.loads(served.post("/v1/hooks/dead/retry", wanted)) == {"tried_anew": 1}
        until(lambda: len(receiver.got) == 3)
        served.stop()
    with Store(address) as store:
        assert list_dead(store) == []


@pytest.mark.parametrize("variables", [{}, {"TRIAGE_HOOKS_ALLOW_PRIVATE": "true"}])
def test_this_machine_is_not_reached_unless_that_is_allowed(server, receiver, tmp_path, variables):
    address = str(tmp_path / "kept")
    hooked(address, receiver)
    with server("--models", tmp_path, "--store", address, TRIAGE_HOOKS_ATTEMPTS="1", **variables) as served:
        served.post("/v1/predict", ticket(1))
        until(lambda: json.loads(served.get("/v1/hooks/dead"))["dead"])
        [dead] = json.loads(served.get("/v1/hooks/dead"))["dead"]
    assert dead["last_error"] == "its address is not one that notices may go to"
    assert receiver.got == []
