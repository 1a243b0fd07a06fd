"""Open tickets in order on the command line: shown, written, as JSON, with a desk."""

import json
from pathlib import Path

import pandas as pd
import pytest

DESK = Path(__file__).parents[2] / "data" / "desk.toml"
NOW = ("--now", "2026-07-01T09:00:00Z", "--models", "absent")
ROWS = """ticket_id,subject,opened_at,custom.category
T-1,URGENT!!! the icon is ugly,2026-05-01T09:00:00Z,
T-2,Checkout is down for everyone,2026-07-01T08:59:00Z,payments
T-3,How do I export?,2026-06-30T09:00:00Z,
"""


@pytest.fixture
def waiting(tmp_path):
    path = tmp_path / "open.csv"
    path.write_text(ROWS)
    return path


def test_the_outage_stands_first_however_old_the_icon(triage, waiting):
    shown = triage("queue", waiting, *NOW)
    assert shown.code == 0
    assert shown.out.index("Checkout is down") < shown.out.index("the icon")


def test_json_says_why_each_stands_above_the_next(triage, waiting):
    found = json.loads(triage("queue", waiting, *NOW, "--json").out)
    assert [place["ticket_id"] for place in found["places"]] == ["T-2", "T-1", "T-3"]
    assert found["places"][0]["why_above_next"] == "P1 stands before P3, whatever the points"
    assert (found["surge"], found["switches"]) == (None, [])


def test_a_file_holds_one_row_for_each_place_and_the_agents(triage, waiting, tmp_path):
    out = tmp_path / "queue.csv"
    ran = triage("queue", waiting, *NOW, "--desk", DESK, "--out", out)
    assert (ran.code, ran.out) == (0, f"3 places in {out}.\n")
    table = pd.read_csv(out)
    assert list(table.ticket_id) == ["T-2", "T-1", "T-3"]
    assert list(table.agent[:1]) == ["Ben"]


def test_many_arrivals_switch_the_surge_policy_and_it_is_said(triage, tmp_path):
    rows = "".join(f"S-{place},hello,2026-07-01T08:30:00Z\n" for place in range(120))
    (tmp_path / "many.csv").write_text("ticket_id,subject,opened_at\n" + rows)
    ran = triage("queue", "many.csv", *NOW, "--json")
    assert json.loads(ran.out)["surge"] == "surge"
    assert "surge policy on at 2026-07-01T08:30:00+00:00: 120 tickets" in ran.err


def test_explain_lists_whom_a_request_delays_when_asked(triage, waiting):
    shown = triage("explain", waiting, "--ticket", "T-1", *NOW, "--delays")
    assert "Delays" in shown.out
    assert "T-3 (P3) by 30 working minutes" in shown.out
    quiet = triage("explain", waiting, "--ticket", "T-1", *NOW, "--json")
    assert json.loads(quiet.out)["delays"] is None


def test_a_desk_that_does_not_fit_is_one_line(triage, waiting, tmp_path):
    (tmp_path / "desk.toml").write_text("closed_teams = ['paymnts']")
    ran = triage("predict", waiting, *NOW, "--out", "out.csv", "--desk", "desk.toml")
    assert ran.code == 2
    assert "closed teams name 'paymnts'" in ran.err
    assert "did you mean 'payments'?" in ran.err
