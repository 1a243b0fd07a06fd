"""Drift of words is told from chance, and says which words."""

import numpy as np
from invented_desk import invented_history

from ticket_triage.modelling.wording import word_drift

BODIES = invented_history(600).body.tolist()
HOURLY = np.datetime64("2026-01-01", "s") + np.arange(600) * np.timedelta64(3600, "s")


def test_a_desk_whose_words_stay_is_not_said_to_drift():
    steady = word_drift(BODIES, HOURLY)
    assert not steady.flagged
    assert max(period.moved for period in steady.periods) < 0.1
    assert sum(period.tickets for period in steady.periods) == 600


def test_the_period_and_the_words_that_moved_are_named_whatever_the_order_of_rows():
    changed = [body.replace("the", "gateway") if n >= 525 else body for n, body in enumerate(BODIES)]
    order = np.random.default_rng(0).permutation(600)
    found = word_drift([changed[n] for n in order], HOURLY[order])
    assert found == word_drift(changed, HOURLY)
    assert (found.period, found.periods[-1].ends) == (7, "2026-01-25T23:00:00Z")
    assert {entry.word for entry in found.words[:2]} == {"gateway", "the"}


def test_tickets_without_dates_have_no_drift():
    assert word_drift(BODIES, np.full(600, np.datetime64("NaT"))) is None
