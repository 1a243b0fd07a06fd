"""``triage serve`` decides open tickets again as their deadlines come near, and tells each turn once, killed or not."""

import json
import signal
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from ticket_triage.service.hooks import Reach, add_hook
from ticket_triage.service.keep import check_store
from ticket_triage.store.store import Store
from ticket_triage.store.tables import NOTICES, RECEIPTS

LOCAL = {"TRIAGE_HOOKS_ALLOW_LOOPBACK": "true"}
WARNED_AFTER = timedelta(minutes=23)
NAMES = [f"T-{number}" for number in range(20)]


def hooked(address, receiver):
    with Store(address) as store:
        add_hook(store, receiver.url(), ["ticket.turned"], Reach(loopback=True), datetime.now(UTC))


def send_tickets(served, seconds_left):
    """Send tickets that are close to their deadline in so many seconds."""
    opened = (datetime.now(UTC) - WARNED_AFTER + timedelta(seconds=seconds_left)).isoformat()
    tickets = [{"ticket_id": name, "subject": "Checkout is down for everyone", "opened_at": opened} for name in NAMES]
    served.post("/v1/predict/batch", json.dumps({"tickets": tickets}).encode())


def until_told(receiver):
    end = time.monotonic() + 60
    while len(receiver.got) < len(NAMES):
        assert time.monotonic() < end
        time.sleep(0.05)
    time.sleep(1.5)
    return [json.loads(message.body) for message in receiver.got]


def turned(served):
    lines = served.get("/metrics").decode().splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith("triage_turned_total{"))


def test_each_turn_is_told_once_by_one_of_several_workers(server, receiver, address, tmp_path):
    hooked(address, receiver)
    with server("--models", tmp_path, "--store", address, "--workers", 3, **LOCAL) as served:
        send_tickets(served, 2)
        bodies = until_told(receiver)
        assert turned(served) == len(NAMES)
        shown = json.loads(served.get(f"/v1/tickets/{NAMES[0]}"))
    assert Counter(body["data"]["ticket_id"] for body in bodies) == Counter(NAMES)
    assert {(body["type"], body["data"]["turned"]) for body in bodies} == {("ticket.turned", "warning")}
    [first] = [body["data"] for body in bodies if body["data"]["ticket_id"] == NAMES[0]]
    assert [entry["seq"] for entry in shown["receipts"]][-1] == first["receipt"]
    [breach] = [entry for entry in shown["receipt"]["escalation"]["answers"] if entry["question"] == "sla_breach"]
    assert breach["evidence"] == "first response is close to its deadline"
    assert check_store(address).faults == ()


def kept(store, column):
    with store.reading() as connection:
        return Counter(connection.execute(select(column)).scalars())


def test_what_turns_while_the_service_is_dead_is_told_once_it_is_back(server, address, tmp_path):
    with server("--models", tmp_path, "--store", address) as served:
        send_tickets(served, 1)
        served.stop(signal.SIGKILL)
    time.sleep(1)
    for wait_s in (0.5, 0.52, 0.55):  # killed again while it tells
        with server("--models", tmp_path, "--store", address) as served:
            time.sleep(wait_s)
            served.stop(signal.SIGKILL)
    with server("--models", tmp_path, "--store", address), Store(address) as store:
        end = time.monotonic() + 60
        while kept(store, NOTICES.c.ticket_id).total() < len(NAMES):
            assert time.monotonic() < end
            time.sleep(0.2)
        time.sleep(1)
        assert kept(store, NOTICES.c.ticket_id) == Counter(NAMES)
        assert kept(store, RECEIPTS.c.ticket_id) == Counter(NAMES * 2)
    assert check_store(address).faults == ()
