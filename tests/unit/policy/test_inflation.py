"""A record of wrong calls costs a few points at most, and only those of whom it is proven."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_triage.domain.desk import Desk
from ticket_triage.domain.prediction import NO_PREDICTION
from ticket_triage.domain.ticket import Ticket
from ticket_triage.errors import DeskError
from ticket_triage.intake.desk import read_desk
from ticket_triage.policy import decide, load_policy
from ticket_triage.policy.inflation import inflation

POLICY = load_policy()
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANA = "ana@customer.example"


def decided(text, claims=None):
    desk = Desk(claims={} if claims is None else {ANA: claims})
    return decide(Ticket("A", body=text, requester=ANA), NO_PREDICTION, POLICY, NOW, desk)


@pytest.mark.parametrize("wrong", [0.0, 0.2, 0.5])
def test_an_honest_requester_is_never_discounted_however_often_one_looks(wrong):
    random = np.random.default_rng(0)
    calls = random.random((400, 300)) < wrong
    running = calls.cumsum(axis=1)
    assert max(inflation(n + 1, int(row[n]), 0.5) for row in running for n in range(4, 300, 5)) == 0.0


def test_who_is_nearly_always_wrong_is_found_out_and_the_more_the_longer():
    found = [inflation(n, n * 95 // 100, 0.5) for n in (5, 20, 40, 100, 1000)]
    assert found == sorted(found)
    assert (found[0], found[-1] > 0.8) == (0.0, True)


@given(st.integers(0, 500), st.integers(0, 500), st.floats(0, 0.99))
def test_the_measure_is_a_share_and_one_more_wrong_call_never_lowers_it(called, unfounded, tolerated):
    unfounded = min(called, unfounded)
    found = inflation(called, unfounded, tolerated)
    assert 0 <= found < 1
    assert inflation(called + 1, unfounded + 1, tolerated) >= found - 1e-9


def test_no_record_moves_a_priority_and_the_discount_is_bounded():
    for text in ("URGENT!!! it is an emergency", "URGENT!!! Checkout is down for everyone"):
        fair, inflated = decided(text), decided(text, (10_000, 10_000))
        calm = decided(text.replace("URGENT!!! ", "").replace("it is an emergency", "it"))
        assert inflated.priority == fair.priority
        assert calm.points <= inflated.points <= fair.points
        assert inflated.points >= fair.points - 1.0


def test_the_receipt_says_why():
    decision = decided("URGENT!!! please", (100, 97))
    line = next(entry for entry in decision.scorecard if entry.criterion == "urgency")
    assert "because 97 of 100 earlier calls were wrong" in line.evidence
    assert decision.facts["earlier_claims"] == [100, 97]
    assert decided("URGENT!!! please", (3, 3)).points == decided("URGENT!!! please").points


def test_claims_are_read_with_the_desk(tmp_path):
    path = tmp_path / "desk.toml"
    path.write_text(f'[claims]\n"{ANA}" = [40, 38]\n')
    assert read_desk(path).claims == {ANA: (40, 38)}
    path.write_text(f'[claims]\n"{ANA}" = [40, 41]\n')
    with pytest.raises(DeskError, match=r"has more wrong calls than calls; write \[calls, wrong calls\]"):
        read_desk(path)
