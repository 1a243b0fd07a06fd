"""``triage sla``: service clocks from a log of events, on the screen and in files."""

import csv
import json

import pytest

LOG = """ticket_id,at,kind,value,text
T-1,2026-03-02T09:00:00Z,opened,,
T-1,2026-03-02T09:00:00Z,priority_changed,P2,
T-1,2026-03-02T12:00:00Z,public_reply,,
T-1,2026-03-02T13:00:00Z,customer_message,,=it still fails
T-2,2026-03-02T09:00:00Z,opened,,
T-2,2026-03-02T09:00:00Z,priority_changed,P2,
T-2,2026-03-02T10:00:00Z,public_reply,,
T-2,2026-03-02T11:00:00Z,status_changed,pending,
T-3,2026-03-09T09:00:00Z,opened,,
"""
NOW = "2026-03-02T14:00:00Z"


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(LOG, "utf-8")
    return path


def test_the_table_says_what_was_kept_and_what_is_due_first(triage, log):
    ended = triage("sla", log, "--now", NOW)
    assert (ended.code, ended.err) == (0, "")
    lines = [" ".join(line.split()) for line in ended.out.splitlines()]
    assert "2 tickets at 2026-03-02T14:00:00Z, 1 not opened yet." in " ".join(lines[:3])
    assert "first response 50.0% 1 1 0 0" in lines
    assert "resolution none 0 0 2 0" in lines
    due = lines[lines.index("Due first") + 2 :]
    assert due == [
        "T-1 next reply running 2026-03-02 17:00Z 3 h 00 min",
        "T-1 resolution running 2026-03-03 17:00Z 11 h 00 min",
        "T-2 resolution paused 14 h 00 min",
    ]


def test_one_ticket_is_told_with_its_rules_and_reasons(triage, log):
    ended = triage("sla", log, "--ticket", "T-1", "--now", NOW)
    assert ended.out.splitlines() == [
        "Ticket T-1 at 2026-03-02T14:00:00Z",
        "first response: missed, 3 h 00 min used, 1 h 00 min over, due 2026-03-02T11:00:00Z, stopped",
        "  2026-03-02T12:00:00Z by public reply",
        "  sla.P2 in calendar business, because priority P2",
        "next reply: running, 1 h 00 min used, 3 h 00 min left, due 2026-03-02T17:00:00Z",
        "  sla.P2 in calendar business, because priority P2",
        "resolution: running, 5 h 00 min used, 11 h 00 min left, due 2026-03-03T17:00:00Z",
        "  sla.P2 in calendar business, because priority P2",
    ]


def test_every_clock_goes_into_a_file_and_the_report_into_json(triage, log, tmp_path):
    out, report = tmp_path / "clocks.csv", tmp_path / "report.json"
    assert triage("sla", log, "--now", NOW, "--out", out, "--json", report).code == 0
    rows = list(csv.DictReader(out.read_text("utf-8").splitlines()))
    assert [(row["ticket_id"], row["clock"], row["state"]) for row in rows] == [
        ("T-1", "first_response", "missed"),
        ("T-1", "next_reply", "running"),
        ("T-1", "resolution", "running"),
        ("T-2", "first_response", "met"),
        ("T-2", "resolution", "paused"),
    ]
    assert (rows[4]["consumed_minutes"], rows[4]["paused_minutes"]) == ("120.0", "180.0")
    told = json.loads(report.read_text("utf-8"))
    first = told["attainment"][0]
    assert first == {"clock": "first_response", "met": 1, "missed": 1, "in_time": 0, "no_target": 0, "share": 0.5}
    calendar = told["tickets"][0]["calendars"][0]
    assert (calendar["name"], calendar["zone"]) == ("business", "UTC")


def test_what_is_missed_and_still_runs_is_counted_apart_from_what_can_still_be_kept(triage, log):
    lines = [" ".join(line.split()) for line in triage("sla", log, "--now", "2026-03-03T13:30:00Z").out.splitlines()]
    assert "1 clocks are missed already and still run; --out names them." in lines
    assert lines[lines.index("Due first") + 2].startswith("T-1 resolution running, warned 2026-03-03 17:00Z 3 h 30 min")


def test_times_beyond_every_calendar_are_read_and_never_due(triage, log):
    log.write_text(
        "ticket_id,at,kind,value\n"
        "T,0001-01-01T00:00:00Z,opened,\nT,0001-01-01T00:00:00Z,priority_changed,P2\n"
        "U,9999-12-31T23:00:00Z,opened,\nU,9999-12-31T23:00:00Z,priority_changed,P1\n",
        "utf-8",
    )
    ended = triage("sla", log, "--now", "9999-12-31T23:30:00Z")
    assert (ended.code, ended.err) == (0, "")
    assert "first response none 0 0 2 0" in [" ".join(line.split()) for line in ended.out.splitlines()]


def test_a_state_the_policy_does_not_know_is_said_and_a_bad_row_too(triage, log):
    log.write_text(LOG.replace("pending", "simmering").replace("Z,opened,,\n", "Z,opned,,\n", 1), "utf-8")
    ended = triage("sla", log, "--now", NOW)
    assert "line 2, kind 'opned': is no kind of event; did you mean 'opened'? (row left out)" in ended.err
    assert "does not know the state 'simmering'" in " ".join(ended.out.split())


def test_a_ticket_with_a_priority_of_no_policy_is_left_out_and_named(triage, log):
    log.write_text(
        LOG.replace("T-2,2026-03-02T09:00:00Z,priority_changed,P2", "T-2,2026-03-02T09:00:00Z,priority_changed,high")
    )
    ended = triage("sla", log, "--now", NOW)
    assert "1 tickets are left out; the first, T-2: A ticket has priority 'high'" in " ".join(ended.out.split())
    assert triage("sla", log, "--now", NOW, "--ticket", "T-2").code == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--ticket", "T-11"], "triage: There is no ticket 'T-11' among 3; did you mean 'T-1'?"),
        (
            ["--now", "2001-01-01T00:00:00Z"],
            "holds no event by 2001-01-01T00:00:00Z; give a later moment as --now.",
        ),
        (["--ticket", "T-3"], "holds no event by 2026-03-02T14:00:00Z; give a later moment as --now."),
        (["--out", "clocks.doc"], "clocks.doc is of no kind that can be written"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(triage, log, options, message):
    ended = triage("sla", log, *(["--now", NOW] if "--now" not in options else []), *options)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.count("\n") == 1
    assert message in ended.err


def test_an_explained_ticket_shows_its_clocks_when_its_events_are_given(triage, log, tmp_path):
    tickets = tmp_path / "tickets.csv"
    tickets.write_text("ticket_id,subject,opened_at\nT-1,Nobody can log in,2026-03-02T09:00:00Z\n", "utf-8")
    log.write_text(LOG.replace("priority_changed,P2", "internal_note,"), "utf-8")
    ended = triage("explain", tickets, "--events", log, "--now", NOW)
    assert ended.code == 0
    lines = ended.out.splitlines()
    clocks = lines[lines.index("Clocks") + 1 :]
    assert clocks[0].startswith("  first response: missed, 3 h 00 min used, 2 h 30 min over")
    assert "    sla.P1 in calendar always, because priority P1" in clocks
    receipt, told = triage("explain", tickets, "--events", log, "--now", NOW, "--json").out.splitlines()
    assert json.loads(receipt)["priority"] == "P1"
    assert json.loads(told)["clocks"][0]["state"] == "missed"
