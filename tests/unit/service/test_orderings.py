"""Orders as numbers put tickets where the order they stand for would put them."""

from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest

from ticket_triage.domain.prediction import NO_PREDICTION
from ticket_triage.intake.reading import read_tickets
from ticket_triage.intake.rows import tickets_from
from ticket_triage.intake.sample import sample_history
from ticket_triage.policy import decide, load_policy, rank
from ticket_triage.replay import Hours
from ticket_triage.service.orderings import FOLLOWED, Known, due_moments, key_of
from ticket_triage.service.past import past_of
from ticket_triage.service.shifts import inferred
from ticket_triage.service.workload import Tasks

CALM = 'extends = "default"\nname = "calm"\nversion = "1"\n[strategies.sla]\npoints = 0\n'


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    policy = tmp_path_factory.mktemp("policy") / "calm.toml"
    policy.write_text(CALM, "utf-8")
    past = past_of(read_tickets(sample_history(400, seed=2)))
    return Known(past, tickets_from(past.frame), load_policy(policy), None)


def test_the_policys_order_is_that_of_its_queue(known):
    keys = key_of("scorecard", known, known.past.opened)
    for first in range(0, 400, 40):
        tickets = known.tickets[first : first + 10]
        now = max(ticket.opened_at for ticket in tickets) + timedelta(hours=1)
        decided = [(ticket, decide(ticket, NO_PREDICTION, known.policy, now)) for ticket in tickets]
        places = list(rank(decided, known.policy, now))
        key = dict(zip((ticket.ticket_id for ticket in tickets), keys[first : first + 10], strict=True))
        for above, below in pairwise(places):
            if above.standing - below.standing > 0.02 or above.decision.priority != below.decision.priority == "P1":
                assert key[above.ticket.ticket_id] < key[below.ticket.ticket_id]


def test_labels_come_by_level_and_then_by_age(known):
    past = known.past
    order = np.argsort(key_of("labels", known, past.opened), kind="stable")
    levels = [past.levels.index(level) if level else 1 for level in past.urgency[order]]
    assert levels == sorted(levels, reverse=True)
    same = [past.opened[place] for place in order if past.urgency[place] == "critical"]
    assert same == sorted(same)


def test_the_order_followed_is_that_of_first_answers(known):
    order = np.argsort(key_of(FOLLOWED, known, known.past.opened), kind="stable")
    answered = known.past.answered[order]
    assert (np.diff(answered[~np.isnan(answered)]) >= 0).all()


def test_the_more_urgent_a_ticket_truly_is_the_sooner_it_is_due(known):
    response, resolution = due_moments(known)
    past = known.past
    left = {level: np.nanmedian((response - past.opened)[past.urgency == level]) for level in past.levels}
    assert left["critical"] < left["high"] < left["medium"] < left["low"]
    assert (resolution > response)[~np.isnan(response)].all()
    assert np.isnan(response[past.urgency == ""]).all()


def test_every_seed_draws_the_same_work_for_a_finished_ticket_and_the_same_twice(known):
    past = known.past
    tasks = Tasks(past, past, inferred(past), Hours.always())
    finished = ~np.isnan(past.solved) & ~np.isnan(past.answered)
    first, other, again = (tasks.draw(seed)[0] for seed in (1, 2, 1))
    np.testing.assert_array_equal(first[finished], other[finished])
    np.testing.assert_array_equal(first, again)
    load = tasks.draw(1)[1](0.5)
    assert np.diff(load.first).tolist() == (1 + past.moves + past.reopened).tolist()
    assert sum(load.work) >= 0.5 * first.sum() - 1e-6


def test_withdrawals_happen_at_the_rate_the_history_shows(known):
    frame = sample_history(400, seed=2)
    gone = frame.index % 4 == 0
    frame.loc[gone, "first_response_at"] = None
    frame.loc[gone, "agent"] = None
    frame.loc[gone, "resolved_at"] = frame.loc[gone, "opened_at"] + timedelta(hours=5)
    past = past_of(read_tickets(frame))
    load = Tasks(past, past, inferred(past), Hours.always()).draw(0)[1](0.5)
    waited = np.where(np.isnan(past.answered), past.solved, past.answered) - past.opened
    expected = np.nansum(waited) / np.isnan(past.answered).sum()
    assert np.mean(load.patience) == pytest.approx(expected, rel=0.25)
