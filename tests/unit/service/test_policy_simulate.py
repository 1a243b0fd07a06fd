"""Two policies on the same tickets: what moves is told, and nothing else."""

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pytest

from ticket_triage.intake.sample import sample_history
from ticket_triage.service.policy_simulate import simulate_policy

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ROWS = pd.DataFrame(
    {
        "ticket_id": ["A", "B", "C"],
        "subject": ["Checkout is down for everyone", "How do I export?", "The report is broken"],
        "custom.category": ["checkout", "how_to", "reporting"],
        "opened_at": ["2026-03-02T09:00:00Z"] * 3,
        "first_response_at": ["2026-03-02T09:20:00Z", "2026-03-02T12:00:00Z", ""],
    }
)


@pytest.fixture
def own(tmp_path):
    def write(text):
        path = tmp_path / "own.toml"
        path.write_text(f'extends = "default"\n{text}', "utf-8")
        return path

    return write


def simulated(after, tickets=ROWS, before=None):
    return simulate_policy(tickets, before=before, after=after, now=NOW, models="absent")


def test_an_unchanged_policy_moves_nobody(tmp_path):
    copy = tmp_path / "copy.toml"
    copy.write_text(files("ticket_triage.policy").joinpath("default.toml").read_text("utf-8") + "\n# mine\n", "utf-8")
    found = simulated(copy, sample_history(300))
    assert (found.tickets, found.moves) == (300, [])
    assert found.old == found.new
    assert found.as_dict()["from"] == found.as_dict()["to"]
    assert all(entry["sooner"] == entry["later"] == 0 for entry in found.as_dict()["deadlines"].values())


def test_who_moves_between_teams_and_the_load_of_each(own):
    found = simulated(own('[signals.outage]\nteam = "platform"\n'))
    assert [(move.ticket_id, move.team) for move in found.moves] == [("A", ("payments", "platform"))]
    assert (found.old.tickets["payments"], found.new.tickets["platform"]) == (1, 1)
    assert found.old.minutes == {"payments": 30, "support": 30, "product": 30}
    assert found.new.minutes == {"platform": 30, "support": 30, "product": 30}


def test_who_moves_between_priorities(own):
    found = simulated(own("[cutoffs]\nP3 = 44.99\n"))
    assert [(move.ticket_id, move.priority) for move in found.moves] == [("C", ("P3", "P4"))]
    assert (found.old.priorities["P3"], found.new.priorities["P3"]) == (1, 0)


def test_shorter_targets_bring_deadlines_forward_and_say_which_would_have_been_met(own):
    found = simulated(own("[sla.P1]\nfirst_response_minutes = 15\n"))
    assert [move.ticket_id for move in found.moves] == ["A"]
    before, after = found.moves[0].due["first_response"]
    assert (before - after).total_seconds() == 15 * 60
    assert found.as_dict()["deadlines"]["first_response"] == {"sooner": 1, "later": 0, "judged": 2}
    assert (found.old.met["first_response"], found.new.met["first_response"]) == (2, 1)


def test_the_way_back_is_the_same_difference_turned_round(own):
    shop = Path(__file__).parents[3] / "data" / "policies" / "shop.toml"
    history = sample_history(200)
    there, back = simulated(shop, history), simulated(None, history, before=shop)
    assert [(move.ticket_id, move.priority[::-1], move.team[::-1]) for move in there.moves] == [
        (move.ticket_id, move.priority, move.team) for move in back.moves
    ]
    assert there.sooner == back.later
    assert there.moves
