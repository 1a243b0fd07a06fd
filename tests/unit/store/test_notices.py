"""Notices are kept with what caused them, once, for every hook that wants them, and erased with their ticket."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from ticket_triage.api.hook_shapes import DecidedNotice
from ticket_triage.domain.ticket import Ticket
from ticket_triage.errors import BadValueError
from ticket_triage.service.keep import forget_in_store
from ticket_triage.service.notices import DECIDED, TURNED, Notice, notify
from ticket_triage.store.hooks import add_hook, list_hooks, remove_hook
from ticket_triage.store.store import Store
from ticket_triage.store.tables import DELIVERIES, HOOKS, NOTICES

FELL_DUE = Notice(TURNED, "T-1", {"priority": "P1"}, "2026-03-02T10:00:00Z")


def add(store, now, hook_id, *kinds):
    store.submit(lambda connection: add_hook(connection, hook_id, "https://example.org/in", "s", kinds, now)).result()


def tell(store, now, *notices):
    return store.submit(lambda connection: notify(connection, notices, now)).result()


def rows(store, table):
    with store.reading() as connection:
        return [dict(row) for row in connection.execute(select(table)).mappings()]


def test_a_turn_is_told_once_however_often_it_is_told(store, keep, now):
    keep(Ticket("T-1", "Help"))
    add(store, now, "a")
    assert [tell(store, now + timedelta(hours=n), FELL_DUE, FELL_DUE) for n in (0, 1, 2)] == [1, 0, 0]
    [notice] = rows(store, NOTICES)
    assert json.loads(notice["body"]) == {
        "type": "ticket.turned",
        "timestamp": "2026-03-02T09:30:00.000000Z",
        "data": {"ticket_id": "T-1", "priority": "P1"},
    }
    assert [row["notice_id"] for row in rows(store, DELIVERIES)] == [notice["notice_id"]]


def test_each_hook_gets_the_kinds_it_wants(store, keep, now):
    keep(Ticket("T-1", "Help"))
    for hook_id, kinds in (("every", ()), ("turns", (TURNED,)), ("decisions", (DECIDED,))):
        add(store, now, hook_id, *kinds)
    tell(store, now, FELL_DUE)
    assert sorted(row["hook_id"] for row in rows(store, DELIVERIES)) == ["every", "turns"]


def test_a_hook_that_comes_later_is_not_told_of_the_past(store, keep, now):
    keep(Ticket("T-1", "Help"))
    assert tell(store, now, FELL_DUE) == 1
    add(store, now, "late")
    assert tell(store, now, FELL_DUE) == 0
    assert rows(store, DELIVERIES) == []


def test_what_fails_tells_nothing(store, keep, now):
    keep(Ticket("T-1", "Help"))
    add(store, now, "a")

    def work(connection):
        notify(connection, [FELL_DUE], now)
        raise BadValueError("no")

    with pytest.raises(BadValueError, match="no"):
        store.submit(work).result()
    assert rows(store, NOTICES) == rows(store, DELIVERIES) == []


def test_a_kind_that_is_none_is_refused(store, now):
    with pytest.raises(BadValueError, match=r"no kind of notice 'ticket.turn'; did you mean 'ticket.turned'\?"):
        tell(store, now, FELL_DUE._replace(kind="ticket.turn"))


def test_a_hook_goes_with_its_secret_and_what_was_on_its_way(store, keep, now):
    keep(Ticket("T-1", "Help"))
    add(store, now, "a")
    tell(store, now, FELL_DUE)
    assert store.submit(lambda connection: remove_hook(connection, "a", now)).result()
    assert not store.submit(lambda connection: remove_hook(connection, "a", now)).result()
    assert rows(store, HOOKS) == rows(store, DELIVERIES) == []


def test_no_list_shows_a_secret(store, now):
    add(store, now, "a")
    with store.reading() as connection:
        [hook] = list_hooks(connection)
    assert "secret" not in hook._fields


def test_notices_are_erased_with_their_ticket(store, keep, now, address):
    keep(Ticket("T-1", "Help", requester="Ana"), Ticket("T-2", "Help"))
    add(store, now, "a")
    tell(store, now, FELL_DUE, FELL_DUE._replace(ticket_id="T-2"))
    store.close()
    forget_in_store(address, "requester", "Ana", now)
    with Store(address) as again:
        assert [row["ticket_id"] for row in rows(again, NOTICES)] == ["T-2"]
        assert len(rows(again, DELIVERIES)) == 1


def test_what_is_told_of_a_decision_has_the_documented_shape(store, keep, now):
    add(store, now, "a", DECIDED)
    [receipt] = keep(Ticket("T-1", "Checkout is down for everyone"))
    [notice] = rows(store, NOTICES)
    told = DecidedNotice.model_validate_json(notice["body"], strict=True).data
    decided = json.loads(receipt)
    assert (told.ticket_id, told.priority, told.points) == ("T-1", decided["priority"], decided["points"])
    assert (told.team, told.action, told.receipt) == (decided["team"], decided["action"], 2)
    assert "Checkout" not in notice["body"]


def test_no_decision_is_told_while_nobody_wants_it(store, keep, now):
    add(store, now, "a", TURNED)
    keep(Ticket("T-1", "Help"))
    assert rows(store, NOTICES) == rows(store, DELIVERIES) == []
