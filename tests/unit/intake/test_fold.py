"""Event logs: one row per ticket, as it came in, with its last counters and its true times."""

import pandas as pd
import pytest

from ticket_triage.intake.reading import read_tickets

LOG = [
    ("A", "2", "Open", "2026-01-01T10:00", "high", "1", "desk"),
    ("A", "1", "New", "2026-01-01T09:00", "low", "0", "web"),
    ("B", "1", "New", "2026-01-02T09:00", "low", "0", "mail"),
    ("A", "4", "Done", "2026-01-01T12:00", "?", "3", "desk"),
    ("A", "3", "Done", "2026-01-01T11:00", "high", "2", "desk"),
    ("", "1", "New", "2026-01-02T09:00", "low", "0", "mail"),
    ("A", "5", "Open", "2026-01-01T13:00", "?", "3", "desk"),
    ("A", "6", "done", "2026-01-01T14:00", "?", "3", "desk"),
]
FRAME = pd.DataFrame(LOG, columns=["id", "n", "state", "at", "urgency", "reassignments", "channel"])
FOLD = {"id": "id", "order": ["n"], "last": ["urgency", "reassignments"], "state": "State", "time": "at"}
FOLD |= {"opened": ["new"], "first_response": ["Open", "Done"], "resolved": ["Done"]}
MAPPING = {"text": "none", "missing": ["?"], "columns": {"ticket_id": "id"}, "fold": FOLD}


@pytest.fixture(scope="module")
def reading():
    return read_tickets(FRAME, MAPPING)


def test_a_ticket_is_as_its_first_event_left_it_but_for_the_columns_named_last(reading):
    columns = ["ticket_id", "channel", "urgency", "reassignments"]
    assert reading.tickets[columns].to_numpy().tolist() == [["A", "web", "high", 3], ["B", "mail", "low", 0]]


def test_times_come_from_the_states_first_answer_and_last_resolution(reading):
    first = reading.tickets.loc[0, ["opened_at", "first_response_at", "resolved_at"]].tolist()
    assert first == [pd.Timestamp(f"2026-01-01 {hour}:00", tz="UTC") for hour in ("09", "10", "14")]
    assert reading.tickets.loc[1, ["first_response_at", "resolved_at"]].isna().all()


def test_events_without_a_ticket_are_listed_and_every_event_is_counted(reading):
    assert [(problem.line, problem.reason) for problem in reading.problems] == [(6, "the event names no ticket")]
    assert (reading.rows_read, reading.rows_refused, reading.lines.tolist()) == (8, 1, [2, 3])
    assert "7 events folded into 2 tickets" in reading.notes


def test_events_may_be_ordered_by_time_and_keep_their_order_where_it_is_equal():
    fold = {"id": "id", "order": ["at"], "last": ["state"]}
    tickets = read_tickets(
        FRAME, {"text": "none", "columns": {"ticket_id": "id", "status": "state"}, "fold": fold}
    ).tickets
    assert tickets["status"].tolist() == ["done", "New"]
    fold = {"id": "id", "last": ["state"]}
    tickets = read_tickets(
        FRAME, {"text": "none", "columns": {"ticket_id": "id", "status": "state"}, "fold": fold}
    ).tickets
    assert tickets["channel"].tolist() == ["desk", "mail"]


def test_an_order_that_is_written_as_numbers_is_not_sorted_as_text():
    frame = pd.DataFrame({"id": ["A", "A"], "n": ["10", "9"], "body": ["later", "first"]})
    reading = read_tickets(frame, {"columns": {"ticket_id": "id"}, "fold": {"id": "id", "order": ["n"]}})
    assert reading.tickets["body"].tolist() == ["first"]
