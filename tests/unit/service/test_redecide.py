"""Open tickets are decided again as time turns something, and each turn is told once for good."""

import json
import sqlite3
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from ticket_triage.api.hook_shapes import TurnedNotice
from ticket_triage.domain.events import Event
from ticket_triage.domain.prediction import NO_PREDICTION, HeadPrediction, ModelReference, Prediction
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import load_policy
from ticket_triage.service.assess import Assessor
from ticket_triage.service.feedback import say, word_of
from ticket_triage.service.holds import taking
from ticket_triage.service.redecide import Redecider, look
from ticket_triage.service.tickets import tell_event
from ticket_triage.store.recording import record
from ticket_triage.store.store import Store
from ticket_triage.store.tables import NOTICES, RECEIPTS, TICKETS

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RULES = Assessor(None, load_policy())
OUTAGE = Ticket("T-1", "Checkout is down for everyone", opened_at=MONDAY)  # P1, its clocks always run
ALL = [
    ("warning", "first_response"),
    ("breach", "first_response"),
    ("warning", "resolution"),
    ("breach", "resolution"),
    ("open too long", None),
]


class Critical:
    """A model that finds everything critical."""

    reference = ModelReference("new", "2", "0" * 64)

    def predict(self, tickets, *, reasons=3):
        head = HeadPrediction("urgency", "critical", ("low", "medium", "high", "critical"), (0.0, 0.0, 0.0, 1.0))
        return [Prediction((head,), self.reference, 0.0) for _ in tickets]


@pytest.fixture
def store(address):
    with Store(address) as opened:
        yield opened


def after(minutes):
    return MONDAY + timedelta(minutes=minutes)


def keep(store, ticket=OUTAGE, now=MONDAY, assessor=RULES):
    [prediction] = assessor.predict([ticket])
    decision = assessor.conclude(ticket, prediction, now)
    made = taking(assessor, ticket, prediction, decision, decision.as_json().encode())
    store.submit(lambda connection: record(connection, [made], now)).result()
    return decision


def tell(store, kind, now, value=None, at=None, ticket="T-1"):
    event = Event(ticket, at or now, kind, value)
    store.submit(lambda connection: tell_event(connection, event, RULES.policy, now)).result()


def rest(store, now, assessor=RULES):
    """Look until nothing is due."""
    told = []
    while (looked := look(store, assessor, now)).tickets:
        told += looked.told
    return [(turning.what, turning.clock) for turning in told]


def kept(store, table, *columns):
    with store.reading() as connection:
        return connection.execute(select(*columns) if columns else select(table)).all()


def told(store):
    bodies = [json.loads(row.body)["data"] for row in kept(store, NOTICES)]
    return Counter((body["turned"], body["clock"]) for body in bodies)


def last_receipt(store):
    rows = kept(store, None, RECEIPTS.c.seq, RECEIPTS.c.document)
    return json.loads(max(rows)[1])


def test_each_turn_is_told_when_it_comes_and_once(store):
    keep(store)
    turns = {minute: found for minute in range(0, 600, 5) if (found := rest(store, after(minute)))}
    assert turns == {25: ALL[:1], 30: ALL[1:2], 180: ALL[2:3], 240: ALL[3:]}
    assert told(store) == Counter(ALL)


def test_a_turn_has_a_new_receipt_and_a_notice_that_names_it(store):
    first = keep(store)
    assert not [entry for entry in first.escalation.answers if (entry.question, entry.answer) == ("sla_breach", "yes")]
    rest(store, after(24))
    receipt, [notice] = last_receipt(store), kept(store, NOTICES)
    assert receipt["now"] == "2026-03-02T09:24:00Z"
    assert {
        "question": "sla_breach",
        "answer": "yes",
        "evidence": "first response is close to its deadline",
    } in receipt["escalation"]["answers"]
    body = json.loads(notice.body)
    assert TurnedNotice.model_validate_json(notice.body, strict=True).data.ticket_id == "T-1"
    assert (body["type"], body["timestamp"]) == ("ticket.turned", "2026-03-02T09:24:00.000000Z")
    assert body["data"] == {
        "ticket_id": "T-1",
        "turned": "warning",
        "clock": "first_response",
        "rule": "sla.P1 in calendar always",
        "at": "2026-03-02T09:23:00Z",
        "receipt": 2,
        "priority": "P1",
        "team": receipt["team"],
        "escalate": True,
        "to": receipt["escalation"]["to"],
    }


def test_after_a_standstill_every_turn_is_told_in_its_order(store):
    keep(store)
    assert rest(store, after(60 * 24 * 30)) == ALL
    assert len(kept(store, RECEIPTS)) == 2
    assert rest(store, after(60 * 24 * 31)) == []


def test_what_the_first_receipt_said_already_is_not_told(store):
    keep(store, now=after(45))
    assert rest(store, after(46)) == []
    assert rest(store, after(200)) == ALL[2:3]


def test_a_turn_that_a_new_request_came_before_is_told_nevertheless(store):
    keep(store)
    keep(store, now=after(40))
    assert rest(store, after(41)) == ALL[:2]


def test_another_priority_has_turns_of_its_own(store):
    keep(store, Ticket("T-1", "Please add a dark mode", opened_at=MONDAY))
    assert rest(store, after(30)) == []
    keep(store, now=after(40))
    assert rest(store, after(41)) == ALL[:2]


def test_nothing_turns_while_a_ticket_waits_and_later_by_so_much(store):
    keep(store)
    tell(store, "public_reply", after(5))
    tell(store, "paused", after(60))
    assert rest(store, after(60 * 24)) == []
    tell(store, "resumed", after(60 * 24))
    assert rest(store, after(60 * 24 + 115)) == []
    assert rest(store, after(60 * 24 + 120)) == ALL[2:3]


def test_what_is_over_is_looked_at_no_more_until_it_is_taken_up_again(store):
    keep(store)
    tell(store, "resolved", after(20))
    assert rest(store, after(60 * 24)) == []
    assert kept(store, None, TICKETS.c.turn_at, TICKETS.c.sla) == [(None, None)]
    tell(store, "reopened", after(60 * 24))
    assert set(rest(store, after(60 * 48))) <= set(ALL[2:])


def test_a_wait_for_a_next_reply_is_told_of_for_each_wait(store):
    keep(store)
    for begin in (0, 120):
        tell(store, "public_reply", after(begin + 1))
        tell(store, "customer_message", after(begin + 2))
        assert rest(store, after(begin + 60))[0] == ("warning", "next_reply")
    assert told(store)["warning", "next_reply"] == 2


def test_an_event_told_ahead_of_its_time_counts_from_then_on(store):
    keep(store, Ticket("T-1", "Please add a dark mode", opened_at=MONDAY))
    tell(store, "priority_changed", after(1), "P1", at=after(60))
    assert rest(store, after(50)) == []
    assert rest(store, after(100)) == []


def test_a_ticket_without_an_opening_counts_from_when_it_was_first_kept(store):
    keep(store, Ticket("T-1", "Checkout is down for everyone"), now=after(60))
    assert rest(store, after(82)) == []
    assert rest(store, after(84)) == ALL[:1]


def test_what_people_fixed_is_not_undone(store):
    keep(store)
    for kind, field, value in (("lock", "team", "billing"), ("correct", "urgency", "low")):
        word = word_of(kind, field, value, "Ada", "I know it.")
        store.submit(lambda connection, word=word: say(connection, "T-1", word, RULES, after(1))).result()
    rest(store, after(25), Assessor(Critical(), RULES.policy))
    receipt = last_receipt(store)
    assert (receipt["team"], receipt["now"]) == ("billing", "2026-03-02T09:25:00Z")
    assert receipt["answers"][0]["reason"] == "a person said so, against critical (1.00)"


def test_a_turn_is_decided_by_the_model_in_use_by_then(store):
    keep(store)
    rest(store, after(25), Assessor(Critical(), RULES.policy))
    assert last_receipt(store)["prediction"]["model"]["version"] == "2"


def test_two_that_look_at_the_same_time_tell_once(store, address):
    for number in range(12):
        keep(store, Ticket(f"T-{number}", "Checkout is down for everyone", opened_at=MONDAY))
    with Store(address) as other:
        for minute in (25, 35, 200, 250):
            looks = [look(each, RULES, after(minute)) for each in (store, other) * 2]
            assert sum(looked.tickets for looked in looks) == 12
    assert told(store) == Counter(dict.fromkeys(ALL, 12))


def test_a_ticket_that_changes_during_a_look_is_looked_at_again(store):
    keep(store)

    class Slow(Critical):
        def predict(self, tickets, *, reasons=3):
            if tickets:
                tell(store, "public_reply", after(10), at=after(10))
            return super().predict(tickets, reasons=reasons)

    assert look(store, Assessor(Slow(), RULES.policy), after(25)).told == ()
    assert rest(store, after(26)) == []
    assert told(store) == Counter()


def test_how_the_clocks_stand_is_kept(store):
    keep(store)
    stands = []
    for minute in (1, 25, 35):
        rest(store, after(minute))
        stands += kept(store, None, TICKETS.c.sla)
    tell(store, "public_reply", after(36))
    tell(store, "paused", after(37))
    rest(store, after(38))
    assert [row.sla for row in (*stands, *kept(store, None, TICKETS.c.sla))] == ["in time", "near", "overdue", "paused"]


class Background:
    """A redecider that runs, with all that it is given to be changed."""

    def __init__(self, store):
        self.assessor, self.now = RULES, MONDAY
        self.running = Redecider(store, lambda: self.assessor, lambda: self.now).running


def until_told(store, *turns):
    end = monotonic() + 30
    while told(store) != Counter(turns):
        assert monotonic() < end, told(store)
        sleep(0.05)


def test_another_policy_gives_open_tickets_other_moments(store, tmp_path):
    path = tmp_path / "quick.toml"
    quick = 'extends = "default"\nname = "quick"\nversion = "1"\n[sla.P1]\nfirst_response_minutes = 10\n'
    path.write_text(quick)
    keep(store)
    background = Background(store)
    background.now = after(9)
    with background.running():
        sleep(1.2)
        assert told(store) == Counter()
        background.assessor = Assessor(None, load_policy(path))
        until_told(store, ALL[0])
    assert last_receipt(store)["policy"]["name"] == "quick"


def test_a_store_that_cannot_be_written_holds_turns_up_and_loses_none(address, store, caplog):
    if "://" in address:
        pytest.skip("a server locks by itself")
    keep(store)
    background = Background(store)
    holder = sqlite3.connect(store_file(address), isolation_level=None)
    with background.running():
        sleep(0.6)
        holder.execute("BEGIN EXCLUSIVE")
        background.now = after(25)
        end = monotonic() + 30
        while "looked at later" not in caplog.text:
            assert monotonic() < end
            sleep(0.05)
        assert "is held by another program" in caplog.text
        holder.execute("ROLLBACK")
        holder.close()
        until_told(store, ALL[0])


def store_file(address):
    return Path(address) / "store.db"


YEAR = timedelta(days=365)
STEPS = st.lists(
    st.tuples(st.integers(0, 90), st.sampled_from([-YEAR, timedelta(0), timedelta(0), YEAR]), st.booleans()),
    max_size=12,
)


@settings(deadline=None, max_examples=25)
@given(steps=STEPS)
def test_however_the_clock_jumps_each_turn_is_told_once(steps):
    """The clock goes on by minutes, is off by a year for a look, and the service may be started anew."""
    with TemporaryDirectory() as folder:
        store, minute, latest = Store(folder), 0, MONDAY
        keep(store)
        for minutes, jump, restart in steps:
            minute += minutes
            now = after(minute) + jump
            rest(store, now)
            latest = max(latest, now)
            if restart:
                store.close()
                store = Store(folder)
            decided = RULES.conclude(OUTAGE, NO_PREDICTION, latest).turnings
            assert told(store) == Counter((each.what, each.clock) for each in decided if each.at <= latest)
        rest(store, after(600))
        assert told(store) == Counter(ALL)
        store.close()
