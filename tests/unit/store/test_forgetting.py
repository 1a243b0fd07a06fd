"""A person who is forgotten can be read nowhere, and nothing else is touched."""

from datetime import timedelta

import pytest
from sqlalchemy import create_engine, select

from ticket_triage.domain.events import Event
from ticket_triage.domain.ticket import Ticket
from ticket_triage.service.feedback import say, word_of
from ticket_triage.service.keep import check_store, expire_in_store, forget_in_store
from ticket_triage.service.labels import labels_table
from ticket_triage.service.tickets import tell_event
from ticket_triage.store.address import read_address
from ticket_triage.store.forgetting import left_of, store_files
from ticket_triage.store.once import Once, keep_answer
from ticket_triage.store.tables import PEOPLE, TICKETS

ANA = 'Ana "Íñiguez" \\ 77'


def ticket(number, requester):
    return Ticket(
        f"T-{number}", f"Sent by {requester}" if requester == ANA else "Help", requester=requester, customer_id="C-1"
    )


@pytest.fixture
def desk(store, keep, assessor, now):
    """A store in which Ana and Ben have tickets with everything there is."""
    for number in range(40):
        keep(ticket(number, ANA if number % 2 else "Ben"))
    for name in ("T-1", "T-2"):
        word = word_of("correct", "category", "billing", "Ada", "It says so.")
        store.submit(lambda connection, name=name, word=word: say(connection, name, word, assessor, now)).result()
        event = Event(name, now, "customer_message", text=f"About {name}")
        store.submit(lambda connection, event=event: tell_event(connection, event, assessor.policy, now)).result()
        answer = f"for {ANA if name == 'T-1' else 'Ben'}"
        kept = Once(name * 3, "f")
        store.submit(
            lambda connection, kept=kept, answer=answer, name=name: keep_answer(connection, kept, answer, [name], now)
        ).result()
    return store


def written(address):
    engine = create_engine(read_address(address))
    return b"".join(path.read_bytes() for path in store_files(engine))


def test_a_person_who_is_forgotten_can_be_read_nowhere(address, desk, now):
    engine = create_engine(read_address(address))
    assert left_of(engine, ANA) > 0
    found = forget_in_store(address, "requester", ANA, now)
    assert (found.tickets, found.left, left_of(engine, ANA)) == (20, 0, 0)
    engine.dispose()
    if "://" not in address:
        raw = written(address)
        assert b"iguez" not in raw
        assert b"T-39" not in raw
        assert b"T-38" in raw
        assert b"Ben" in raw


def test_what_is_left_is_whole_and_as_it_was(address, desk, now):
    forget_in_store(address, "requester", ANA, now)
    found = check_store(address)
    assert (found.tickets, found.receipts, found.faults) == (20, 21, ())
    assert found.entries == 40 + 2 + 2 + 2 + 1
    with desk.reading() as connection:
        assert set(connection.execute(select(TICKETS.c.requester)).scalars()) == {"Ben"}
        people = set(connection.execute(select(PEOPLE.c.person)).scalars())
    assert people == {"requester:Ben", "customer:C-1", "actor:Ada"}


def test_the_forgotten_are_not_in_the_next_training(address, desk, now):
    assert labels_table(address).ticket_id.tolist() == ["T-1", "T-2"]
    forget_in_store(address, "requester", ANA, now)
    assert labels_table(address).ticket_id.tolist() == ["T-2"]


def test_a_customer_is_forgotten_with_everybody_who_asked(address, desk, now):
    assert forget_in_store(address, "customer", "C-1", now) == (40, 0)
    assert check_store(address)[:2] == (0, 0)


def test_a_name_in_what_others_wrote_is_told(address, keep, now):
    keep(Ticket("T-1", requester="Ana Iglesias"), Ticket("T-2", "Ana Iglesias says it is down", requester="Ben"))
    assert forget_in_store(address, "requester", "Ana Iglesias", now).left > 0


def test_what_is_over_expires_after_its_time(address, desk, assessor, now):
    over = Event("T-3", now, "resolved")
    desk.submit(lambda connection: tell_event(connection, over, assessor.policy, now)).result()
    assert expire_in_store(address, 30, now + timedelta(days=29)) == 0
    assert expire_in_store(address, 30, now + timedelta(days=31)) == 1
    with desk.reading() as connection:
        assert connection.execute(select(TICKETS.c.ticket_id).where(TICKETS.c.ticket_id == "T-3")).first() is None


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        ("update receipts set document = '{}' where seq = 3", "receipt 3 was changed"),
        ("delete from receipts where seq = 3", "receipt 3 is gone"),
        ("delete from audit where seq = 3", "entry 3 of the audit is missing"),
    ],
)
def test_what_was_altered_behind_our_back_is_found(address, desk, harm, told):
    desk.submit(lambda connection: connection.exec_driver_sql(harm)).result()
    assert told in check_store(address).faults
