"""The fast writer of receipts and the plain one write the same bytes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_triage.api.receipts import receipts_bytes
from ticket_triage.domain.prediction import HeadPrediction, Prediction, Reason
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import decide, load_policy

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
POLICY = load_policy()
rounded = st.floats(-9, 9).map(lambda value: round(value, 4))
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


@given(
    subject=texts, ident=texts.filter(bool), word=texts, contribution=rounded, amount=st.none() | st.integers(0, 10**9)
)
def test_both_writers_write_the_same_bytes(subject, ident, word, contribution, amount):
    ticket = Ticket(
        ident, subject=subject, segment=word or None, annual_value=None if amount is None else float(amount)
    )
    shares = (0.0001, 0.0039, 0.101, 0.895)
    head = HeadPrediction(
        "urgency", "high", ("low", "medium", "high", "critical"), shares, (Reason(word, contribution),)
    )
    decision = decide(ticket, Prediction((head,), None, 0.3333), POLICY, NOW)
    assert receipts_bytes([decision]) == [decision.as_json().encode()]


@pytest.mark.parametrize("text", ['"quoted"', "back\\slash", "line\nbreak", "\x7f\x1f\x00", "\u2028 😀"])
def test_awkward_characters_are_written_alike(text):
    decision = decide(Ticket(text, body="down", plan=text), Prediction((), None, 1.0), POLICY, NOW)
    assert receipts_bytes([decision]) == [decision.as_json().encode()]
