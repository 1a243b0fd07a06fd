"""Issues are told from courtesies; what bounces and where to train is said only when it is more than chance."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from ticket_triage.planning.apart import discoveries, parts_apart
from ticket_triage.planning.articles import candidates
from ticket_triage.planning.handovers import MOVED, REOPENED, SLOW, UNHAPPY, handovers, went_wrong
from ticket_triage.planning.outcomes import WALL
from ticket_triage.planning.repeats import repeat_issues

ISSUE, SUBJECT, COURTESY, RARE = 0, 1, 2, 3
TEXTS = {ISSUE: "the export lacks a column", SUBJECT: "export incomplete", COURTESY: "please call me", RARE: "odd"}


@pytest.fixture
def frame():
    """Return 240 tickets of half a year; every fourth is about the export, asked calmly and solved at once."""
    n = np.arange(240)
    opened = pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(n * 18, unit="h")
    export = n % 4 == 0
    return pd.DataFrame(
        {
            "ticket_id": [f"T-{i}" for i in n],
            "opened_at": opened,
            "first_response_at": opened + pd.Timedelta(hours=1),
            "resolved_at": opened + pd.to_timedelta(np.where(export, 2, 20 + n % 7), unit="h"),
            "requester": [f"p{i % 50}" for i in n],
            "category": np.where(export, "reporting", np.where(n % 4 == 1, "billing", "access")),
            "team": np.where(export, "product", np.where(n % 8 == 1, "support", "billing")),
            "agent": [f"a{i % 6}" for i in n],
            "urgency": np.where(export, "low", "high"),
            "reassignments": np.zeros(240, dtype=int),
            "reopened": np.zeros(240, dtype=bool),
            "csat": np.where(n % 3 == 0, 4.0, np.nan),
        }
    )


@pytest.fixture
def said(frame):
    """Return what they state: two statements on the export, one courtesy everywhere, one that hardly anybody makes."""
    about = np.flatnonzero(frame["category"] == "reporting")
    pairs = [(row, ISSUE) for row in about] + [(row, SUBJECT) for row in about[: int(0.8 * len(about))]]
    pairs += [(row, COURTESY) for row in range(0, 240, 3)] + [(row, RARE) for row in (1, 5, 9)]
    return pd.DataFrame(sorted(pairs), columns=["row", "statement"])


def test_statements_of_the_same_tickets_are_one_issue_and_courtesies_none(frame, said):
    found = repeat_issues(frame, said, TEXTS)
    assert (found.kind, found.told) == ("category", 60)
    (issue,) = found.table.to_dict("records")
    assert (issue["says"], issue["also"], issue["tickets"]) == (TEXTS[ISSUE], TEXTS[SUBJECT], 60)
    assert issue["requesters"] == frame.loc[frame["category"] == "reporting", "requester"].nunique()
    assert (issue["kind"], issue["kind_share"], issue["teams"]) == ("reporting", 1.0, "product 100\u00a0%")
    assert (issue["first_at"], issue["last_at"]) == (frame["opened_at"].iloc[0], frame["opened_at"].iloc[236])
    assert not issue["growing"]


def test_without_any_kind_courtesies_are_kept_and_it_is_known(frame, said):
    found = repeat_issues(frame.drop(columns=["category", "team"]), said, TEXTS)
    assert found.kind is None
    assert COURTESY in [place for place, text in TEXTS.items() if text in set(found.table["says"])]


def test_what_one_person_repeats_is_no_issue(frame, said):
    found = repeat_issues(frame.assign(requester="the same"), said, TEXTS)
    assert found.table.empty
    assert found.told == 0


def test_an_issue_that_comes_up_is_seen(frame, said):
    late = said[(said["statement"] != ISSUE) | (said["row"] > 190)]
    (issue,) = repeat_issues(frame, late[late["statement"] == ISSUE], TEXTS).growing.to_dict("records")
    assert issue["lately"] > 3 * issue["lately_due"]


def test_a_calm_question_soon_solved_all_the_time_is_a_candidate(frame, said):
    found = candidates(frame, repeat_issues(frame, said, TEXTS))
    (one,) = found.table.to_dict("records")
    assert (one["says"], one["tickets"], one["calm"], one["once"], one["hours"]) == (TEXTS[ISSUE], 60, 1.0, 1.0, 2.0)
    assert one["a_month"] == pytest.approx(60 / found.months, abs=0.01)
    assert one["open_hours"] == 120.0


@pytest.mark.parametrize(
    "change",
    [{"urgency": "high"}, {"reassignments": 1}, {"reopened": True}],
    ids=["urgent", "moved", "reopened"],
)
def test_what_is_urgent_or_takes_two_touches_is_no_candidate(frame, said, change):
    assert candidates(frame.assign(**change), repeat_issues(frame, said, TEXTS)).table.empty


def test_a_question_of_one_month_is_no_candidate(frame, said):
    issues = repeat_issues(frame, said[said["row"] < 50], TEXTS)
    assert len(issues.table) == 1
    assert candidates(frame, issues).table.empty


def test_a_history_without_outcomes_says_what_is_missing(frame, said):
    bare = frame[["ticket_id", "opened_at", "requester", "category"]]
    issues = repeat_issues(bare, said, TEXTS)
    assert candidates(bare, issues).absent == (
        "Questions for articles cannot be told: the history has no urgency and no resolved_at.",
    )
    found = handovers(bare, issues, WALL)
    assert (found.bounces, found.training) == ((), ())
    assert "What moved between teams is not known: the history has no reassignments." in found.absent


def test_a_category_that_bounces_stands_out_alone(frame, said):
    chance = np.random.default_rng(0)
    moves = chance.random(240) < np.where(frame["category"] == "reporting", 0.6, 0.1)
    found = handovers(frame.assign(reassignments=moves.astype(int)), repeat_issues(frame, said, TEXTS), WALL)
    standing = [part for part in found.bounces if part.stands_out]
    assert [part.names for part in standing] == [("reporting", "product")]
    assert standing[0].own.n + standing[0].rest.n == 240
    assert standing[0].more.low > 0
    assert [part.names for part in found.issues if part.stands_out] == [("1",)]
    assert {part.measure for part in found.training if part.stands_out} == {MOVED}


def test_what_goes_wrong_is_missing_where_it_cannot_be_told(frame):
    found = went_wrong(frame, WALL)
    assert set(found) == {MOVED, REOPENED, SLOW, UNHAPPY}
    assert found[UNHAPPY].notna().sum() == 80
    assert not found[SLOW].any()


@given(p_values=st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_discoveries_are_those_of_benjamini_and_hochberg(p_values):
    adjusted = false_discovery_control(p_values)
    near = np.abs(adjusted - 0.05) < 1e-9
    assert (discoveries(p_values) == (adjusted <= 0.05))[~near].all()


def test_desks_without_any_difference_are_seldom_said_to_have_one():
    chance, wrong = np.random.default_rng(1), 0
    for _ in range(60):
        teams = pd.DataFrame({"team": chance.integers(0, 12, 1200).astype(str)})
        moved = pd.Series(chance.random(1200) < 0.15)
        wrong += any(part.stands_out for part in parts_apart(teams, ["team"], {"moved": moved}))
    assert wrong <= 8


def test_a_part_of_few_tickets_is_not_asked():
    teams = pd.DataFrame({"team": ["small"] * 29 + ["large"] * 400})
    moved = pd.Series([True] * 29 + [False] * 400)
    assert [part.names for part in parts_apart(teams, ["team"], {"moved": moved})] == []
