"""Figures, intervals over weeks, and what may be said of them."""

import numpy as np
import pytest

from ticket_triage.replay import Run
from ticket_triage.replay.measures import WEEK, Interval, Period, backlog, backlog_change, figures, quantile_change
from ticket_triage.replay.verdict import believed, effect, likeness


def period_of(weeks=12, per_week=40):
    opened = np.sort(np.random.default_rng(0).uniform(0, weeks * WEEK, weeks * per_week))
    count = len(opened)
    group = np.array(["critical", "low"] * (count // 2), dtype=object)
    return Period(opened, opened + 60, opened + 600, group, np.ones(count, bool))


def run_of(period, waited, solved=None):
    count = len(period.opened)
    started = period.opened + waited
    none = np.full(count, np.nan)
    return Run(started, started + (30 if solved is None else solved), none, np.full(count, 30.0), np.full(count, 1))


def noisy(period, scale, seed):
    chance = np.random.default_rng(seed)
    weather = np.random.default_rng(9).lognormal(0, 0.6, period.week_count)[period.weeks]
    return run_of(period, scale * weather * chance.lognormal(0, 0.5, len(period.opened)))


def test_figures_are_those_a_person_would_count():
    period = period_of(weeks=1, per_week=4)
    run = run_of(period, np.array([30.0, 60.0, 120.0, 600.0]))
    found = figures(period, [run], "critical")
    assert found["tickets"] == 2
    assert found["response_median_hours"] == pytest.approx(1.25)
    assert found["response_sla"] == 0.5
    assert figures(period, [run], None)["longest_wait_hours"] == pytest.approx(10)


def test_more_seeds_buy_no_narrower_interval():
    period = period_of()

    def width(seeds):
        before = [noisy(period, 100.0, seed) for seed in range(seeds)]
        found = quantile_change(period, before, [run_of(period, 90.0)] * seeds, "critical", "response", 0.5, 0)
        return found.high - found.low

    few, many = width(4), width(40)
    assert many > 0.8 * few


def test_one_seed_many_times_is_one_seed():
    period = period_of()
    before, after = noisy(period, 100.0, 1), noisy(period, 80.0, 2)
    once = quantile_change(period, [before], [after], None, "response", 0.9, 0)
    often = quantile_change(period, [before] * 20, [after] * 20, None, "response", 0.9, 0)
    assert (once.low, once.high) == pytest.approx((often.low, often.high), abs=0.002)


def test_no_difference_is_not_shown_as_one():
    period = period_of()
    change = quantile_change(period, [noisy(period, 100.0, 1)], [noisy(period, 100.0, 2)], "low", "response", 0.5, 0)
    assert "no effect shown" in effect(change, -0.2, "x")


def test_a_plain_difference_is_shown_with_its_size():
    period = period_of()
    before = noisy(period, 100.0, 1)
    after = run_of(period, (before.started - period.opened) * 0.6)
    change = quantile_change(period, [before], [after], "critical", "response", 0.5, 0)
    assert change.value == pytest.approx(-0.4, abs=0.01)
    assert change.high < -0.35
    assert "claim of -20 % holds" in effect(change, -0.2, "x")


def test_too_few_weeks_give_no_interval():
    period = period_of(weeks=5)
    change = backlog_change(period, [noisy(period, 100.0, 1)], [noisy(period, 50.0, 1)], 0)
    assert not change.known
    assert "too few weeks" in effect(change, -0.15, "x")


def test_the_backlog_is_the_mean_number_of_open_tickets():
    opened = np.array([0.0, 0.0])
    period = Period(opened, opened, opened, np.array(["low", "low"], dtype=object), np.ones(2, bool))
    none = np.full(2, np.nan)
    run = Run(opened, np.array([WEEK / 2, WEEK]), none, none, np.ones(2))
    assert backlog(period, [run]).tolist() == [pytest.approx(1.5)]


def test_a_growing_wait_is_called_that():
    assert "grew" in effect(Interval(0.2, 0.1, 0.3), -0.2, "x")
    assert "is not shown" in effect(Interval(-0.2, -0.3, -0.1), -0.2, "x")


def test_a_replay_is_believed_only_when_it_gives_the_waits_observed():
    period = period_of()
    everything = np.ones(len(period.opened), bool)
    run = noisy(period, 100.0, 1)
    same = likeness(period, [run], run.started, everything, ["critical", "low"])
    assert believed(same)
    slower = period.opened + 1.5 * (run.started - period.opened)
    assert not believed(likeness(period, [run], slower, everything, ["critical", "low"]))
    assert not believed([])
