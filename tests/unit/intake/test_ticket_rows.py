"""Tickets from tables and records: the same ticket whichever way it comes."""

import json
from datetime import UTC, datetime

import pandas as pd
import pytest

from ticket_triage.domain.ticket import Ticket
from ticket_triage.errors import BadValueError, NoUsableRowsError
from ticket_triage.intake.reading import read_tickets
from ticket_triage.intake.rows import ticket_from, tickets_from

RECORD = {
    "ticket_id": "T-1",
    "opened_at": "2026-03-01T10:30:00+01:00",
    "subject": "Down",
    "body": "all of it",
    "channel": "email",
    "vip": True,
    "annual_value": 1200.5,
    "affected_users": 40,
    "tags": ["vpn", "office"],
    "depends_on": [],
    "custom": {"seats": 12, "site": "north", "late": False},
}
TICKET = Ticket(
    "T-1",
    subject="Down",
    body="all of it",
    opened_at=datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
    channel="email",
    vip=True,
    annual_value=1200.5,
    affected_users=40,
    tags=("vpn", "office"),
    custom={"seats": 12.0, "site": "north", "late": False},
)


def test_a_record_becomes_the_ticket_it_says():
    assert ticket_from(RECORD) == TICKET
    assert type(ticket_from(RECORD).vip) is bool
    assert type(ticket_from(RECORD).affected_users) is int


def test_the_same_ticket_comes_from_json_from_a_file_and_from_a_row(tmp_path):
    pd.Series([RECORD | {f"custom.{k}": v for k, v in RECORD["custom"].items()}]).map(
        lambda record: {key: value for key, value in record.items() if key != "custom"}
    ).to_json(tmp_path / "t.jsonl", orient="records", lines=True)
    frame = read_tickets(tmp_path / "t.jsonl").tickets
    frame.to_csv(tmp_path / "t.csv", index=False)
    again = read_tickets(tmp_path / "t.csv").tickets
    assert tickets_from(frame) == tickets_from(again) == [ticket_from(frame.iloc[0].to_dict())] == [TICKET]


def test_unknown_facts_are_none_and_labels_are_left_aside():
    frame = read_tickets(pd.DataFrame({"body": ["a"], "vip": [""], "urgency": ["low"], "team": ["x"]})).tickets
    assert tickets_from(frame) == [Ticket("row-1", body="a")]


def test_a_filtered_table_keeps_its_order():
    frame = read_tickets(pd.DataFrame({"body": list("abc")})).tickets
    assert [ticket.body for ticket in tickets_from(frame[frame["body"] != "b"][::-1])] == ["c", "a"]


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"subjct": "x"}, r"'subjct' is no column of a ticket; did you mean 'subject'\?"),
        ({"subject": ["x"]}, "^subject in row 1 holds a list or an object where text must stand; give its words alone"),
        ({"subject": "x", "ticket_id": {"x": 1}}, "^ticket_id in row 1 holds a list or an object"),
        ({"subject": "x", "vip": "perhaps"}, r"^vip 'perhaps' in row 1 is neither yes nor no; mend it"),
        ({"subject": "x", "opened_at": "soon"}, "opened_at 'soon' in row 1 is no time"),
        ({"subject": "x", "affected_users": -1}, "affected_users '-1' in row 1 is no whole number"),
        ({"ticket_id": "", "body": " ", "vip": None}, "^Nothing at all is known of the ticket; give at least"),
        ({}, "^Nothing at all is known of the ticket"),
    ],
)
def test_a_bad_record_is_refused_naming_the_column(record, message):
    with pytest.raises(BadValueError, match=message):
        ticket_from(record)


@pytest.mark.parametrize("text", [{}, {"body": " "}, {"subject": None, "body": ""}])
def test_a_new_ticket_without_text_is_a_ticket_whichever_way_it_comes(text, tmp_path):
    record = {"ticket_id": "T-1", "custom": {"seats": 3}} | text
    (tmp_path / "t.json").write_text(json.dumps(record))
    from_file = tickets_from(read_tickets(tmp_path / "t.json", labelled=False).tickets)
    assert from_file == [ticket_from(record)] == [Ticket("T-1", custom={"seats": 3.0})]


def test_a_history_refuses_rows_without_text_and_new_tickets_only_rows_without_anything():
    frame = pd.DataFrame({"ticket_id": ["T-1", "T-2", " "], "body": ["down", " ", ""], "vip": ["", "yes", None]})
    history, new = read_tickets(frame), read_tickets(frame, labelled=False)
    assert [str(problem) for problem in history.problems] == [
        "row 2: has neither subject nor body (row left out)",
        "row 3: has neither subject nor body (row left out)",
    ]
    assert [str(problem) for problem in new.problems] == ["row 3: holds nothing (row left out)"]
    assert tickets_from(new.tickets) == [Ticket("T-1", body="down"), Ticket("T-2", vip=True)]


def test_new_tickets_whose_text_may_stand_in_an_unknown_column_are_refused():
    frame = pd.DataFrame({"ticket_id": ["T-1"], "Description": ["down"]})
    with pytest.raises(NoUsableRowsError, match="has no column named subject or body; say in a mapping"):
        read_tickets(frame, labelled=False)
    known = read_tickets(frame, {"columns": {"custom.note": "Description"}}, labelled=False)
    assert tickets_from(known.tickets) == [Ticket("T-1", custom={"note": "down"})]
