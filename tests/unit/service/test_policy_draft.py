"""A draft says what the past did, and is a policy that works."""

import tomllib

import pandas as pd
import pytest

from ticket_triage.errors import BadOptionError, MappingError
from ticket_triage.intake.sample import sample_history
from ticket_triage.service.policy_check import check_policy
from ticket_triage.service.policy_draft import draft_policy


def history(**columns):
    rows = {
        "ticket_id": [f"T-{number}" for number in range(40)],
        "subject": ["Printer jam"] * 20 + ["The server is down for everyone"] * 20,
        "category": ["Print / Copy"] * 20 + ["Outage"] * 20,
        "team": ["Floor"] * 18 + ["Night"] * 2 + ["Night"] * 20,
        "urgency": ["low"] * 20 + ["critical"] * 20,
        "opened_at": ["2026-03-02T09:00:00Z"] * 20 + ["2026-03-03T09:00:00Z"] * 20,
        "first_response_at": ["2026-03-02T10:00:00Z"] * 20 + ["2026-03-03T13:00:00Z"] * 20,
        "resolved_at": ["2026-03-02T11:00:00Z"] * 20 + ["2026-03-03T13:30:00Z"] * 20,
    }
    return pd.DataFrame({name: columns.get(name, values) for name, values in rows.items()})


def test_routes_hours_and_targets_are_those_of_the_past():
    made = draft_policy(history(), time_zone="Europe/Berlin")
    written = tomllib.loads(made.text)
    assert {name: entry["team"] for name, entry in written["categories"].items()} == {
        "default": "Night",
        "Outage": "Night",
        "Print / Copy": "Floor",
    }
    assert written["calendars"]["business"]["hours"] == {"monday": ["11:00-11:30"], "tuesday": ["14:00-14:30"]}
    assert written["sla"]["P1"] == {"first_response_minutes": 240, "resolution_minutes": 270}
    assert written["categories"]["Outage"]["blocked"] == 1
    assert written["categories"]["Print / Copy"]["blocked"] == 0
    assert written["categories"]["Outage"]["impact"]["operations"] == 1
    assert "# 18 of 20 tickets ended with Floor (90%)." in made.text


def test_no_category_of_the_history_is_left_without_a_route(tmp_path):
    past = sample_history(900)
    path = tmp_path / "own.toml"
    path.write_text(draft_policy(past).text, "utf-8")
    found = check_policy(path, history=past)
    assert (found.sound, found.unrouted) == (True, {})
    assert len(found.reference.sha256) == 64


def test_the_same_past_gives_the_same_draft():
    past = sample_history(400)
    assert draft_policy(past).text == draft_policy(past).text


@pytest.mark.parametrize(
    "names", [['"', "a\nb"], ["x]\n[cutoffs", "# c"], ["default", "Default"], ["A", "a"], ["é\x7f", "."]]
)
def test_names_of_any_kind_make_a_sound_file(names):
    made = draft_policy(history(category=names * 20, team=names * 20))
    assert set(made.policy.as_dict()["categories"]) >= {"default"}
    assert made.policy.as_dict()["cutoffs"] == {"P1": 70, "P2": 45, "P3": 20}


def test_days_without_times_propose_no_hours():
    days = dict.fromkeys(("opened_at", "first_response_at", "resolved_at"), ["2026-03-02"] * 40)
    assert "calendars" not in tomllib.loads(draft_policy(history(**days)).text)


def test_one_team_gets_somebody_to_turn_to():
    made = draft_policy(history(team=["Desk"] * 40))
    assert made.policy.as_dict()["teams"]["Desk"]["escalates_to"] == "second line"


def test_a_history_without_teams_teaches_no_routes():
    with pytest.raises(MappingError, match=r"names no team for any ticket, .* name its column with --mapping"):
        draft_policy(history().drop(columns="team"))
    with pytest.raises(BadOptionError, match=r"--time-zone takes a name such as Europe/Berlin; got 'Mars'"):
        draft_policy(history(), time_zone="Mars")
