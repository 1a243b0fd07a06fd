from datetime import UTC, datetime

import pandas as pd
import pytest

from ticket_triage.errors import MappingError, NoUsableRowsError
from ticket_triage.intake.events import read_events

CHANGES = pd.DataFrame(
    {
        "number": ["I-1"] * 5 + ["I-2"],
        "version": ["0", "10", "2", "3", "1", "0"],
        "state": ["New", "Resolved", "Active", "Active", "Active", "New"],
        "at": ["02-03-2026 09:00", "02-03-2026 12:00", *["02-03-2026 10:00"] * 3, "02-03-2026 11:00"],
        "opened_at": ["02-03-2026 08:30"] * 5 + ["?"],
        "prio": ["3", "2", "2", "2", "3", "?"],
    }
)
FOLD = {
    "missing": ["?"],
    "times": {"format": "%d-%m-%Y %H:%M"},
    "fold": {
        "id": "number",
        "order": ["version"],
        "state": "state",
        "time": "at",
        "first_response": ["Active"],
        "resolved": ["resolved"],
        "changes": {"priority": "prio"},
        "codes": {"priority": {"2": "P2", "3": "P3"}},
    },
}


def told(events):
    return [(f"{event.at:%H:%M}", event.kind, event.value) for event in events]


def test_one_event_per_row_is_read_as_it_stands():
    frame = pd.DataFrame(
        {
            "ticket_id": ["T-1", "T-2", "T-1"],
            "at": ["2026-03-02T10:00:00+01:00", "2026-03-02T09:00:00Z", "2026-03-02T09:30:00Z"],
            "kind": ["Opened", "opened", "status_changed"],
            "value": ["", "", "pending"],
            "sequence": ["", "", "4"],
            "text": ["", "", ""],
            "event_id": ["", "", "e-9"],
        }
    )
    reading = read_events(frame)
    assert list(reading.logs) == ["T-1", "T-2"]
    opened, changed = reading.logs["T-1"]
    assert opened.at == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert (changed.value, changed.sequence, changed.event_id) == ("pending", 4, "e-9")
    assert (reading.rows_read, reading.rows_refused, reading.problem_count) == (3, 0, 0)


def test_an_event_whose_ticket_is_a_list_is_left_out_and_told():
    frame = pd.DataFrame({"ticket_id": ["T-1", ["T-1"]], "at": ["2026-03-02T09:00:00Z"] * 2, "kind": ["opened"] * 2})
    reading = read_events(frame)
    assert len(reading.logs["T-1"]) == 1
    assert [str(problem) for problem in reading.problems] == [
        "row 2, ticket_id: holds a list or an object where text must stand (row left out)"
    ]


def test_a_change_whose_ticket_is_a_list_is_left_out_and_told():
    changes = CHANGES.assign(number=[*["I-1"] * 5, ["I-1"]])
    reading = read_events(changes, FOLD)
    assert list(reading.logs) == ["I-1"]
    assert reading.rows_refused == 1


def test_a_mapping_renames_columns_and_kinds_and_says_whose_clock():
    frame = pd.DataFrame({"nr": ["T-1"], "when": ["02.03.2026 09:00"], "what": ["Antwort"]})
    mapping = {
        "columns": {"ticket_id": "nr", "at": "when", "kind": "what"},
        "values": {"kind": {"Antwort": "public_reply"}},
        "times": {"format": "%d.%m.%Y %H:%M", "timezone": "Europe/Berlin"},
    }
    assert told(read_events(frame, mapping).logs["T-1"]) == [("08:00", "public_reply", None)]


def test_a_row_that_is_no_event_is_told_with_its_line_and_the_rest_is_read(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(
        "ticket_id,at,kind,value\n"
        "T-1,2026-03-02T09:00:00Z,opened,\n"
        "T-1,yesterday,public_reply,\n"
        "T-1,2026-03-02T09:00:00Z,public_replay,\n"
        ",2026-03-02T09:00:00Z,opened,\n"
        "T-1,2026-03-02T09:00:00Z,status_changed,\n",
        "utf-8",
    )
    reading = read_events(path)
    assert [event.kind for event in reading.logs["T-1"]] == ["opened"]
    assert reading.rows_refused == 4
    assert [str(problem) for problem in reading.problems] == [
        "line 3, at 'yesterday': is no time written as 'iso' (read as unknown)",
        "line 3, at: the event has no time (row left out)",
        "line 4, kind 'public_replay': is no kind of event; did you mean 'public_reply'? (row left out)",
        "line 5, ticket_id: the event names no ticket (row left out)",
        "line 6, value: a status_changed does not say to what (row left out)",
    ]


def test_an_export_of_changes_tells_what_happened():
    logs = read_events(CHANGES, FOLD).logs
    assert told(logs["I-1"]) == [
        ("08:30", "opened", None),
        ("08:30", "priority_changed", "P3"),
        ("09:00", "status_changed", "New"),
        ("10:00", "status_changed", "Active"),
        ("10:00", "public_reply", None),
        ("10:00", "priority_changed", "P2"),
        ("12:00", "status_changed", "Resolved"),
        ("12:00", "resolved", None),
    ]
    assert told(logs["I-2"]) == [("11:00", "opened", None), ("11:00", "status_changed", "New")]


def test_rows_in_any_order_tell_the_same():
    shuffled = CHANGES.iloc[[5, 3, 1, 0, 4, 2]]
    assert read_events(shuffled, FOLD).logs == read_events(CHANGES, FOLD).logs


def test_coming_back_from_a_resolved_state_is_a_reopening():
    frame = CHANGES.assign(state=["Resolved", "New", "New", "New", "New", "New"])
    kinds = [event.kind for event in read_events(frame, FOLD).logs["I-1"]]
    assert kinds.index("resolved") < kinds.index("reopened")


@pytest.mark.parametrize(
    ("frame", "mapping", "error", "message"),
    [
        (pd.DataFrame({"id": ["1"]}), None, MappingError, r"needs a column ticket_id; name it .* There are: id\."),
        (
            pd.DataFrame({"ticket_id": ["1"], "at": ["x"], "kind": ["opened"]}),
            None,
            NoUsableRowsError,
            "the data frame holds no event that can be used; the first problem: row 1, at 'x'",
        ),
        (CHANGES, {"fold": {"id": "number"}}, MappingError, "names no state and time"),
        (
            CHANGES,
            {**FOLD, "fold": {**FOLD["fold"], "changes": {"priority": "priority"}}},
            MappingError,
            r"\[fold\] changes.priority names column 'priority', which the file does not have",
        ),
        (CHANGES, {**FOLD, "fold": {**FOLD["fold"], "changes": {"prio": "prio"}}}, MappingError, r"fold\.changes"),
    ],
)
def test_a_log_that_cannot_be_read_is_refused_in_one_sentence(frame, mapping, error, message):
    with pytest.raises(error, match=message):
        read_events(frame, mapping)
