"""The clock jumps a year either way under a running service: every turn is told, and none twice."""

from __future__ import annotations

import json
import time
import urllib.request
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from ticket_triage.api.app import create_app
from ticket_triage.policy import load_policy
from ticket_triage.service.assess import Assessor
from ticket_triage.service.hooks import Reach, add_hook
from ticket_triage.service.keep import check_store
from ticket_triage.settings import Settings
from ticket_triage.store.store import Store

YEAR = timedelta(days=365)
SOON = timedelta(minutes=23) - timedelta(seconds=2)
"""So old, a first priority's first response is close to its deadline in two seconds."""


class Clock:
    """The machine's clock, off by as much as somebody says."""

    def __init__(self) -> None:
        self.off = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.off


class Desk:
    """What a helpdesk does with a service, and what it is told."""

    def __init__(self, port, receiver):
        self.port, self.receiver = port, receiver

    def send(self, path, body):
        url, headers = f"http://127.0.0.1:{self.port}{path}", {"Content-Type": "application/json"}
        request = urllib.request.Request(url, data=json.dumps(body).encode(), headers=headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())

    def open(self, name, age=timedelta(0)):
        opened = (datetime.now(UTC) - age).isoformat()
        self.send("/v1/predict", {"ticket_id": name, "subject": "Checkout is down for everyone", "opened_at": opened})

    def told(self):
        """Return how often each turn of each ticket was taken by the receiver."""
        bodies = [json.loads(message.body)["data"] for message in self.receiver.got]
        return Counter((body["ticket_id"], body["turned"], body["clock"]) for body in bodies)

    def until_told(self, *turns):
        end = time.monotonic() + 30
        while not set(turns) <= self.told().keys():
            assert time.monotonic() < end, self.told()
            time.sleep(0.05)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def desk(serve, address, receiver, clock):
    with Store(address) as store:
        add_hook(store, receiver.url(), ["ticket.turned"], Reach(loopback=True), clock())
    settings = Settings(store=address, hooks_allow_loopback=True, hooks_first_retry_s=0.2)
    with serve(create_app(settings, Assessor(None, load_policy()), clock), timeout_s=10) as port:
        yield Desk(port, receiver)


ALL = [("warning", "first_response"), ("breach", "first_response"), ("warning", "resolution"), ("breach", "resolution")]
ALL = [*ALL, ("open too long", None)]


def turns(*names):
    return [(name, *turn) for name in names for turn in ALL]


def test_a_year_ahead_tells_every_turn_and_the_way_back_tells_none_again(desk, clock, address):
    for name in "AB":
        desk.open(name)
    clock.off = YEAR
    desk.until_told(*turns("A", "B"))
    clock.off = timedelta(0)
    desk.open("C", age=SOON)
    desk.send("/v1/tickets/A/events", {"kind": "public_reply"})
    desk.until_told(("C", *ALL[0]))
    time.sleep(1.5)
    assert desk.told() == Counter([*turns("A", "B"), ("C", *ALL[0])])
    clock.off = YEAR
    desk.until_told(*turns("C"))
    time.sleep(1.5)
    assert desk.told() == Counter(turns("A", "B", "C"))
    assert check_store(address).faults == ()


def test_a_year_back_holds_turns_up_and_loses_none(desk, clock, address):
    desk.open("A", age=SOON)
    clock.off = -YEAR
    desk.open("B", age=SOON)
    time.sleep(3)
    assert desk.told() == Counter()
    clock.off = timedelta(0)
    desk.until_told(("A", *ALL[0]), ("B", *ALL[0]))
    time.sleep(1.5)
    assert desk.told() == Counter([("A", *ALL[0]), ("B", *ALL[0])])
    assert check_store(address).faults == ()


def test_what_was_not_taken_while_the_clock_was_ahead_is_delivered_after_it_is_back(desk, clock, receiver):
    receiver.answers = [(503, {"Retry-After": "3"})] * len(ALL)
    desk.open("A")
    clock.off = YEAR
    desk.until_told(*turns("A"))
    clock.off = timedelta(0)
    end = time.monotonic() + 30
    while desk.told() != Counter(dict.fromkeys(turns("A"), 2)):
        assert time.monotonic() < end, desk.told()
        time.sleep(0.05)
