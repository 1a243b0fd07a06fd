import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticket_triage.domain.decision import PRIORITIES
from ticket_triage.domain.prediction import NO_PREDICTION, HeadPrediction, ModelReference, Prediction
from ticket_triage.domain.ticket import Ticket
from ticket_triage.errors import BadValueError
from ticket_triage.policy import decide, load_policy

POLICY = load_policy()
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LEVELS = ("low", "medium", "high", "critical")
CATEGORIES = ("checkout", "hardware", "how_to")

WORDS = st.sampled_from(
    [
        *("checkout", "is", "down", "for", "everyone", "not", "urgent", "icon", "ugly", "data", "loss", "legal"),
        *("cannot", "pay", "log", "in", "but", "typo", "!", ".", "\n"),
    ]
)
TEXTS = st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=25).map(" ".join))
NAMES = st.one_of(st.none(), st.text(max_size=12), st.sampled_from(["enterprise", "Premium", "free"]))
FLAGS = st.sampled_from([None, True, False])
CUSTOM = st.dictionaries(
    st.sampled_from(["revenue", "satisfaction", "operations", "urgency", "category", "region"]),
    st.one_of(st.text(max_size=8), st.floats(), st.integers(), st.booleans(), st.sampled_from(["low", "high"])),
)
TICKETS = st.builds(
    Ticket,
    ticket_id=st.text(max_size=8),
    subject=TEXTS,
    body=TEXTS,
    opened_at=st.one_of(
        st.none(), st.datetimes(), st.datetimes(timezones=st.timezones()), st.datetimes(timezones=st.just(UTC))
    ),
    channel=NAMES,
    language=NAMES,
    segment=NAMES,
    plan=NAMES,
    vip=FLAGS,
    annual_value=st.one_of(st.none(), st.floats()),
    affected_users=st.one_of(st.none(), st.integers()),
    tags=st.lists(st.text(max_size=5), max_size=3).map(tuple),
    stakeholders=st.lists(st.text(max_size=5), max_size=3).map(tuple),
    stakeholder_aware=FLAGS,
    conflict=FLAGS,
    custom=CUSTOM,
)


@st.composite
def heads(draw, name, classes):
    shares = [draw(st.integers(0, 20)) for _ in classes]
    total = sum(shares)
    even = 1 / len(classes)
    probabilities = tuple(share / total if total else even for share in shares)
    return HeadPrediction(name, classes[probabilities.index(max(probabilities))], classes, probabilities)


PREDICTIONS = st.one_of(
    st.just(NO_PREDICTION),
    st.builds(
        lambda *found: Prediction(found, ModelReference("desk", "1", "0" * 64), 0.25),
        heads("urgency", LEVELS),
        heads("category", CATEGORIES),
        heads("sentiment", ("negative", "neutral", "positive")),
    ),
)


@settings(max_examples=300, deadline=None)
@given(ticket=TICKETS, prediction=PREDICTIONS)
def test_any_ticket_gets_a_decision_that_sums_exactly_and_repeats_to_the_byte(ticket, prediction):
    decision = decide(ticket, prediction, POLICY, NOW)
    assert decision.priority in PRIORITIES
    assert 0 <= decision.points <= 100
    assert round(decision.points * 100) == sum(round(line.points * 100) for line in decision.scorecard)
    assert all(line.points == round(line.points, 2) and 0 <= line.value <= 1 for line in decision.scorecard)
    assert decide(ticket, prediction, POLICY, NOW).as_json() == decision.as_json()


@settings(max_examples=200, deadline=None)
@given(ticket=TICKETS, prediction=PREDICTIONS, users=st.tuples(st.integers(0, 2000), st.integers(0, 2000)))
def test_more_affected_users_never_lower_points_or_priority(ticket, prediction, users):
    few, many = (decide(replace(ticket, affected_users=n), prediction, POLICY, NOW) for n in sorted(users))
    assert few.points <= many.points
    assert few.priority >= many.priority


@settings(max_examples=200, deadline=None)
@given(ticket=TICKETS, prediction=PREDICTIONS, values=st.tuples(st.floats(0, 1e7), st.floats(0, 1e7)))
def test_a_more_valuable_customer_never_lowers_points_or_priority(ticket, prediction, values):
    poor, rich = (decide(replace(ticket, annual_value=v), prediction, POLICY, NOW) for v in sorted(values))
    assert poor.points <= rich.points
    assert poor.priority >= rich.priority


@settings(max_examples=200, deadline=None)
@given(
    ticket=TICKETS,
    prediction=PREDICTIONS,
    given_values=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    criterion=st.sampled_from(["revenue", "satisfaction", "operations", "urgency"]),
)
def test_a_higher_given_value_never_lowers_points_or_priority(ticket, prediction, given_values, criterion):
    lower, higher = (
        decide(replace(ticket, custom={**ticket.custom, criterion: value}), prediction, POLICY, NOW)
        for value in sorted(given_values)
    )
    assert lower.points <= higher.points
    assert lower.priority >= higher.priority


@settings(max_examples=200, deadline=None)
@given(
    ticket=TICKETS, prediction=PREDICTIONS, signal=st.sampled_from(["nobody can pay", "data loss", "the shop is down"])
)
def test_one_more_grave_signal_never_lowers_points_or_priority(ticket, prediction, signal):
    calm = decide(ticket, prediction, POLICY, NOW)
    grave = decide(replace(ticket, body=f"{ticket.body}. {signal}"), prediction, POLICY, NOW)
    assert calm.points <= grave.points
    assert calm.priority >= grave.priority


@given(moved=st.integers(1, 20), probabilities=heads("urgency", LEVELS))
def test_probability_moved_to_a_graver_level_never_lowers_points(moved, probabilities):
    share = min(moved / 100, probabilities.probabilities[0])
    low, *middle, critical = probabilities.probabilities
    graver = probabilities._replace(probabilities=(low - share, *middle, critical + share))
    before, after = (
        decide(Ticket("T", body="x"), Prediction((head,), ModelReference("m", "1", ""), 0.0), POLICY, NOW)
        for head in (probabilities, graver)
    )
    assert before.points <= after.points


def test_the_reason_is_one_sentence_with_the_figures_that_count(policy):
    ticket = Ticket("T-1", subject="Checkout is down for everyone", opened_at=NOW)
    assert decide(ticket, NO_PREDICTION, policy, NOW).reason == (
        "P1 with 100.00 points: widespread outage ('is down' with 'checkout' with 'for everyone'); "
        "outage ('is down' with 'checkout'); "
        "revenue impact high (30.00 of 30 points); first response due by 2026-03-02 09:30 UTC."
    )


def test_the_receipt_holds_the_facts_used_and_never_the_text(policy):
    ticket = Ticket(
        "T-1", "Secret subject", "secret body", NOW, "email", requester="Ann", segment="smb", custom={"note": "private"}
    )
    receipt = decide(ticket, NO_PREDICTION, policy, NOW).as_json()
    assert json.loads(receipt)["facts"] == {"opened_at": "2026-03-02T09:00:00Z", "segment": "smb"}
    assert not any(word in receipt.casefold() for word in ("secret", "ann", "private"))


def test_an_unusable_amount_counts_as_unknown(policy):
    broken = Ticket("T-1", body="x", annual_value=float("nan"), affected_users=-3, custom={"revenue": float("inf")})
    assert decide(broken, NO_PREDICTION, policy, NOW).facts == {}


def test_the_moment_now_is_the_same_in_every_zone(policy):
    elsewhere = NOW.astimezone(timezone(timedelta(hours=5, minutes=45)))
    ticket = Ticket("T-1", body="hello")
    assert decide(ticket, NO_PREDICTION, policy, NOW) == decide(ticket, NO_PREDICTION, policy, elsewhere)


def test_a_moment_without_a_zone_is_refused(policy):
    with pytest.raises(BadValueError, match=r"2026-03-02T09:00:00, has no time zone; give one such as"):
        decide(Ticket("T-1"), NO_PREDICTION, policy, NOW.replace(tzinfo=None))


def test_a_megabyte_of_text_is_decided_in_seconds(policy):
    ticket = Ticket("T-1", body="it is down for everyone, not now! " * 30_000)
    assert decide(ticket, NO_PREDICTION, policy, NOW).priority == "P1"
