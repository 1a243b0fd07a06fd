"""Receipts are kept to the byte, each once, and the audit names nobody."""

import threading

import pytest
from sqlalchemy import create_engine, select, text

from ticket_triage.domain.ticket import Ticket
from ticket_triage.errors import BadValueError, StoreBusyError, StoreUnavailableError
from ticket_triage.store import audit
from ticket_triage.store.store import Store
from ticket_triage.store.tables import AUDIT, RECEIPTS, TICKETS
from ticket_triage.store.tickets import ticket_of, ticket_values
from ticket_triage.store.writer import MAX_WAITING

ANA = Ticket("T-1", "Checkout is down", "for everyone", customer_id="C-7", requester="Ana Íñiguez", tags=("shop",))


def test_a_receipt_is_kept_to_the_byte(store, keep):
    [receipt] = keep(ANA)
    with store.reading() as connection:
        [kept] = connection.execute(select(RECEIPTS)).all()
    assert (kept.seq, kept.ticket_id, kept.document.encode()) == (1, "T-1", receipt)


def test_a_ticket_is_kept_as_it_came_in_last_with_every_receipt(store, keep):
    again = Ticket("T-1", "Checkout is up again", requester="Ana Íñiguez")
    keep(ANA, Ticket("T-2"))
    keep(again, Ticket("T-1", "in between"), again)
    with store.reading() as connection:
        tickets = {row.ticket_id: row for row in connection.execute(select(TICKETS))}
        seqs = connection.execute(select(RECEIPTS.c.seq).where(RECEIPTS.c.ticket_id == "T-1")).scalars().all()
    assert ticket_of(ticket_values(tickets["T-1"].document)) == again
    assert (tickets["T-1"].receipt, tickets["T-1"].first, seqs) == (5, 1, [1, 3, 4, 5])


def test_the_audit_names_nobody_and_nothing(store, keep):
    keep(ANA)
    with store.reading() as connection:
        [entry] = connection.execute(select(AUDIT)).all()
    assert not {"T-1", "C-7", "Ana Íñiguez", "shop", "checkout"} & {str(value).lower() for value in entry}
    assert "ana" not in str(entry).lower()
    assert (entry.action, entry.previous) == ("decided", audit.START)


def test_the_same_person_has_one_pseudonym(store, keep):
    keep(ANA, Ticket("T-2", requester="Ana Íñiguez"))
    keep(Ticket("T-3", requester="Ben"))
    with store.reading() as connection:
        first, second, third = connection.execute(select(AUDIT.c.requester).order_by(AUDIT.c.seq)).scalars()
    assert first == second != third


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        ("update audit set action = 'x' where seq = 2", "entry 2 of the audit was changed"),
        ("update audit set at = '2025' || substr(at, 5) where seq = 1", "entry 1 of the audit was changed"),
        ("delete from audit where seq = 2", "entry 2 of the audit is missing"),
    ],
)
def test_a_change_of_the_audit_is_found(store, keep, harm, told):
    keep(ANA, ANA, ANA)
    store.submit(lambda connection: connection.execute(text(harm))).result()
    with store.reading() as connection:
        assert audit.broken(connection) == told


def test_work_that_fails_harms_no_other(store, keep):
    def broken(connection):
        connection.execute(text("insert into people (person, key) values ('requester:x', null)"))

    def refused(connection):
        raise BadValueError("no")

    keep(ANA)
    failing = [store.submit(broken), store.submit(refused)]
    keep(Ticket("T-2"))
    with pytest.raises(StoreUnavailableError, match=r"(?i)not.null"):
        failing[0].result()
    with pytest.raises(BadValueError, match="no"):
        failing[1].result()
    with store.reading() as connection:
        assert connection.execute(select(RECEIPTS.c.seq)).scalars().all() == [1, 2]
        assert audit.broken(connection) is None


def test_what_was_acknowledged_is_there_when_opened_anew(address, store, keep):
    keep(ANA)
    store.close()
    with Store(address) as again, again.reading() as connection:
        assert connection.execute(select(RECEIPTS.c.ticket_id)).scalars().all() == ["T-1"]


def test_two_that_write_to_one_store_lose_nothing(address, store, keep):
    with Store(address) as other:
        futures = [
            which.submit(lambda connection: audit.append(connection, [audit.Act("key-made")], "2026"))
            for which in (store, other) * 100
        ]
        assert sorted(seq for future in futures for seq in future.result()) == list(range(1, 201))
    with store.reading() as connection:
        assert audit.broken(connection) is None


def test_a_store_that_is_closed_takes_nothing(store):
    store.close()
    with pytest.raises(StoreUnavailableError, match="is stopping"):
        store.submit(lambda connection: None)


def test_more_than_can_wait_is_refused_at_once(store):
    go = threading.Event()
    store.submit(lambda connection: go.wait())
    waiting = []

    def flood():
        for _ in range(MAX_WAITING + 100):
            waiting.append(store.submit(lambda connection: 7))  # noqa: PERF401

    with pytest.raises(StoreBusyError, match="wait to be written"):
        flood()
    go.set()
    assert {future.result() for future in waiting} == {7}


def test_a_server_that_was_restarted_is_found_again(postgres, address, store, keep):
    if "://" not in address:
        pytest.skip("a file has no server")
    keep(ANA)
    end = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
    other = create_engine(address)
    with other.connect() as connection:
        connection.execute(text(f"{end} and pid <> pg_backend_pid()"))
    other.dispose()
    keep(Ticket("T-2"))
    with store.reading() as connection:
        assert connection.execute(select(RECEIPTS.c.ticket_id)).scalars().all() == ["T-1", "T-2"]


def test_a_server_that_goes_in_the_middle_is_told_and_found_again(postgres, address, store, keep):
    if "://" not in address:
        pytest.skip("a file has no server")

    def ended(connection):
        connection.execute(text("insert into people (person, key) values ('requester:x', 'k')"))
        connection.execute(text("select pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(StoreUnavailableError, match="cannot be used"):
        store.submit(ended).result()
    keep(ANA)
    with store.reading() as connection:
        assert connection.execute(text("select count(*) from people where person = 'requester:x'")).scalar() == 0
