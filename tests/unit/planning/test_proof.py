"""A proof says what moved and how sure that is; and that no effect was shown when none was."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from ticket_triage.errors import BadOptionError
from ticket_triage.planning.advice import advice
from ticket_triage.planning.examples import Told, examples
from ticket_triage.planning.metrics import METRICS, Weekly, Window, weekly
from ticket_triage.planning.outcomes import WALL
from ticket_triage.planning.proof import prove, relative_change

BEFORE, AFTER = Window(date(2026, 1, 5), date(2026, 3, 29)), Window(date(2026, 3, 30), date(2026, 6, 21))
BY_NAME = {metric.name: metric for metric in METRICS}


def desk(factor=1.0, seed=0, calm_after=1.0):
    """Return 24 weeks of tickets, five a day; from the thirteenth on all waits are ``factor`` times as long."""
    rng = np.random.default_rng(seed)
    n = 24 * 7 * 5
    opened = pd.Timestamp("2026-01-05T08:00Z") + pd.to_timedelta(np.arange(n) * 24 / 5, unit="h")
    later = np.arange(n) >= n // 2
    urgency = np.where(rng.random(n) < np.where(later, 0.4 * calm_after, 0.4), "critical", "low")
    usual = np.where(urgency == "critical", 2.0, 20.0)
    hours = usual * rng.lognormal(0, 0.5, n) * np.where(later, factor, 1.0)
    answered = opened + pd.to_timedelta(hours, unit="h")
    return pd.DataFrame(
        {
            "ticket_id": [f"T-{number}" for number in range(n)],
            "opened_at": opened,
            "first_response_at": answered,
            "resolved_at": answered + pd.to_timedelta(hours, unit="h"),
            "urgency": urgency,
            "category": "payments",
        }
    )


def found(proof, name):
    return next(entry for entry in proof.comparisons if entry.metric.name == name)


def test_a_true_improvement_is_claimed_with_its_figures():
    proof = prove(desk(0.5), BEFORE, AFTER, WALL)
    change = found(proof, "critical_response").crude
    assert change.low < -0.5 < change.high < -0.2
    assert "The response time of critical tickets fell between 2026-01-05 to 2026-03-29 and" in proof.claim
    assert "the reference of -20 % is beaten by the whole interval" in proof.claim


def test_without_a_change_no_effect_is_shown():
    claim = prove(desk(), BEFORE, AFTER, WALL).claim
    assert claim.count("No effect was shown") == 2


def test_a_worsening_is_called_one():
    assert "that is worse than before" in prove(desk(2.0), BEFORE, AFTER, WALL).claim


def test_chance_alone_rarely_looks_like_an_effect():
    """Count false alarms over 300 pairs of like windows whose weeks have moods of their own."""
    rng = np.random.default_rng(5)

    def window():
        places = np.repeat(np.arange(12), 10)
        values = rng.lognormal(0, 0.8, 120) * rng.lognormal(0, 0.3, 12)[places]
        weeks = tuple(date(2026, 1, 5) + timedelta(weeks=number) for number in range(12))
        return Weekly(weeks, ("all",), values, places, np.zeros(120, dtype=np.int64), 0, typical=False)

    alarms = sum(relative_change(window(), window(), rng, hold_mix=False).shown for _ in range(300))
    assert alarms <= 0.08 * 300


def test_a_changed_mix_is_warned_of_and_held():
    """Half as many slow tickets make the mean look better, though nobody is served any faster."""
    proof = prove(desk(seed=3, calm_after=2.0), BEFORE, AFTER, WALL)
    response = found(proof, "response")
    assert proof.mix.changed
    assert any("mix of tickets changed" in line for line in proof.warnings)
    assert response.crude.high < 0
    assert not response.standardised.shown


def test_the_same_seed_gives_the_same_proof():
    assert prove(desk(), BEFORE, AFTER, WALL, seed=4).as_dict() == prove(desk(), BEFORE, AFTER, WALL, seed=4).as_dict()


def test_a_backlog_counts_what_is_open_at_each_days_end():
    moments = pd.to_datetime(["2026-01-05T08:00Z", "2026-01-05T09:00Z", "2026-01-06T08:00Z"], utc=True)
    solved = pd.to_datetime(["2026-01-05T12:00Z", "2026-01-07T12:00Z", "2026-01-08T00:00Z"], utc=True)
    frame = pd.DataFrame({"opened_at": moments, "resolved_at": solved})
    window = Window(date(2026, 1, 5), date(2026, 1, 7))
    assert weekly(BY_NAME["backlog"], frame, window, WALL, ("all",)).values.tolist() == [1.0, 2.0, 0.0]


def test_who_still_waits_counts_until_the_windows_end():
    frame = pd.DataFrame(
        {
            "opened_at": pd.to_datetime(["2026-01-05T00:00Z", "2026-01-05T00:00Z", "2026-02-01T00:00Z"], utc=True),
            "first_response_at": pd.to_datetime(["2026-01-06T00:00Z", "2026-01-20T00:00Z", None], utc=True),
        }
    )
    window = Window(date(2026, 1, 5), date(2026, 1, 6))
    assert weekly(BY_NAME["response"], frame, window, WALL, ("all",)).values.tolist() == [24.0, 48.0]


def test_few_weeks_give_no_claim():
    short = Window(date(2026, 3, 16), date(2026, 3, 29))
    assert "2 weeks are too few" in prove(desk(0.5), short, AFTER, WALL).claim


@pytest.mark.parametrize(
    ("baseline", "period", "said"),
    [
        (AFTER, BEFORE, "must end before the period"),
        (BEFORE, Window(date(2030, 1, 1), date(2030, 2, 1)), "No ticket was opened in the period"),
    ],
)
def test_windows_that_cannot_be_compared_are_refused(baseline, period, said):
    with pytest.raises(BadOptionError, match=said):
        prove(desk(), baseline, period, WALL)


def told(ticket, priority="P1", waited=0.25, **changes):
    usual = Told(
        ticket_id=ticket,
        priority=priority,
        reason=f"{priority} with 80.00 points: outage.",
        team="platform",
        escalated=False,
        allowed_hours=0.5,
        response_hours=waited,
        resolution_hours=3.0,
        moves=0,
        rating=5.0,
    )
    return usual._replace(**changes)


def test_examples_show_the_bad_beside_the_good():
    kinds = {
        entry.kind: entry.ticket_id for entry in examples([told("a"), told("b", waited=9.0), told("c", waited=0.1)])
    }
    assert kinds["first priority, answered in time: the middle one"] == "a"
    assert kinds["first priority, answered too late: the worst"] == "b"


def test_advice_names_the_entry_and_its_evidence():
    late = [told(f"T-{number}", waited=2.0) for number in range(40)]
    rows = desk().assign(category="refunds", team="billing")
    entries = {entry.entry: entry for entry in advice(rows, late, {"default": "support"}, WALL)}
    assert entries["sla.P1.first_response_minutes"].evidence.startswith("0 % [0, 9] of 40 were answered in time")
    assert "an entry of its own" in entries["categories.refunds"].proposal
    assert entries["categories.refunds.team"].proposal == "Send these tickets to billing at once, not to support."


def test_a_desk_that_keeps_its_promises_is_left_alone():
    kept = [told(f"T-{number}") for number in range(40)]
    assert advice(desk(), kept, {"payments": "payments", "default": "support"}, WALL) == []
