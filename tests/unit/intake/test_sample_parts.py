from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_triage.domain.labels import URGENCY_LEVELS
from ticket_triage.intake.sample.desk import DESK, SHIFTS, minute_of, moment_of
from ticket_triage.intake.sample.dice import Dice
from ticket_triage.intake.sample.labels import DISAGREEMENT, recorded_label
from ticket_triage.intake.sample.pen import Pen
from ticket_triage.intake.sample.people import people
from ticket_triage.intake.sample.story import CATEGORIES, Story

seeds = st.integers(0, 2**40)
moments = st.datetimes(datetime(2025, 7, 1), datetime(2026, 7, 1), timezones=st.just(UTC))  # noqa: DTZ001


def _story(**changes):
    plain = {
        "category": "checkout",
        "area": "checkout",
        "severity": 2,
        "scope": "few",
        "affected": 3,
        "deadline": "none",
        "way_round": "unsaid",
        "repeated": False,
        "loud": False,
        "polite": False,
        "sentiment": "neutral",
    }
    return Story(**{**plain, **changes})


@given(seed=seeds, low=st.integers(-50, 50), span=st.integers(0, 50))
def test_whole_numbers_stay_within_their_bounds(seed, low, span):
    assert low <= Dice(seed, "test").whole(low, low + span) <= low + span


@given(seed=seeds, count=st.integers(0, 12))
def test_some_draws_each_option_at_most_once(seed, count):
    drawn = Dice(seed, "test").some(range(9), count)
    assert len(drawn) == len(set(drawn)) == min(count, 9)


def test_an_option_without_weight_is_never_drawn():
    dice = Dice(1, "test")
    assert {dice.weighted([("a", 0.0), ("b", 0.3), ("c", 0.0), ("d", 0.7)]) for _ in range(500)} == {"b", "d"}


def test_the_parts_of_a_sample_do_not_share_their_chance():
    assert Dice(0, "people").fraction() != Dice(0, "labels").fraction()


def test_the_stream_of_chance_is_the_same_on_every_machine():
    assert [round(Dice(0, "people").fraction(), 12), Dice(7, "words").whole(1, 10**6)] == [0.087872557518, 130650]


@given(seed=seeds, rate=st.floats(0, 3), text=st.text(st.sampled_from("abcd efgh"), max_size=60))
def test_slips_leave_the_text_nearly_as_long(seed, rate, text):
    assert abs(len(Pen({}, Dice(seed, "test")).slip(text, rate)) - len(text)) <= 3


@given(start=moments, minutes=st.integers(0, 5000), shift=st.sampled_from([DESK, *SHIFTS]))
def test_work_is_done_in_working_time_alone(start, minutes, shift):
    ends = moment_of(shift.after(minute_of(start), minutes))
    assert ends >= start
    assert ends.weekday() < 5
    assert timedelta(minutes=shift.opens) <= ends - ends.replace(hour=0, minute=0) <= timedelta(minutes=shift.closes)


@given(start=moments, first=st.integers(0, 3000), second=st.integers(0, 3000), shift=st.sampled_from(SHIFTS))
def test_work_in_two_parts_ends_when_it_would_in_one(start, first, second, shift):
    begins = minute_of(start)
    assert shift.after(shift.after(begins, first), second) == shift.after(begins, first + second)


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        (_story(severity=3), _story(severity=1)),
        (_story(scope="all"), _story(scope="one")),
        (_story(deadline="now"), _story(deadline="relaxed")),
        (_story(severity=1, way_round="none"), _story(severity=1, way_round="has")),
    ],
)
def test_urgency_follows_from_meaning(worse, better):
    assert URGENCY_LEVELS.index(worse.urgency) > URGENCY_LEVELS.index(better.urgency)


def test_a_shop_that_cannot_sell_is_critical_and_a_shouted_blemish_is_low():
    assert _story(severity=3, scope="all", polite=True).urgency == "critical"
    assert _story(severity=0, scope="all", loud=True).urgency == "low"


@pytest.mark.parametrize("head", DISAGREEMENT)
def test_disagreement_keeps_most_labels_and_names_only_known_ones(head):
    for truth, moves in DISAGREEMENT[head].items():
        assert 0.06 <= sum(moves.values()) <= 0.14
        assert truth not in moves
        assert set(moves) <= set(DISAGREEMENT[head])


@given(seed=seeds, truth=st.sampled_from(URGENCY_LEVELS))
def test_a_recorded_urgency_is_at_most_one_level_off(seed, truth):
    recorded = recorded_label("urgency", truth, Dice(seed, "test"))
    assert abs(URGENCY_LEVELS.index(recorded) - URGENCY_LEVELS.index(truth)) <= 1


def test_the_disagreement_covers_every_category():
    assert set(DISAGREEMENT["category"]) == set(CATEGORIES)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_every_person_has_an_address_that_leads_nowhere(seed):
    assert all(person.address.endswith(".example") and person.address.isascii() for person in people(seed))
