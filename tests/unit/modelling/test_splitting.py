"""Texts that say the same never stand on both sides of a split, and the newest are what a model is judged by."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_triage.modelling.splitting import hold_out_groups, hold_out_newest, near_identical_groups
from ticket_triage.modelling.tfidf import batches

VOCABULARY = (
    "checkout invoice login printer router screen mobile backup export report search upload password calendar "
    "shipping refund server certificate database monitor keyboard licence webinar newsletter"
)
WORDS = VOCABULARY.split()
STORY = "the checkout page has been down for all of our customers in europe since early this morning please help us"


def made_up(rng, n_words):
    return " ".join(rng.choice(WORDS, n_words))


def groups_of(*texts):
    return near_identical_groups(batches(texts)).tolist()


def test_texts_that_differ_in_a_greeting_or_a_number_share_a_group():
    first, second, other = groups_of(STORY, f"{STORY} ticket 4711", "the icon of the settings page is ugly")
    assert first == second != other


def test_case_and_punctuation_make_no_difference():
    assert len(set(groups_of(STORY, STORY.upper(), STORY.replace(" ", ", ")))) == 1


def test_unrelated_texts_stay_apart():
    rng = np.random.default_rng(0)
    texts = [made_up(rng, 30) for _ in range(300)]
    assert len(set(groups_of(*texts))) == 300


def test_copies_with_one_word_changed_are_mostly_found_across_batches():
    rng = np.random.default_rng(1)
    originals = [made_up(rng, 60) for _ in range(1200)]
    copies = [f"{text} {WORDS[0]}x" for text in originals]
    groups = groups_of(*originals, *copies)
    together = np.mean([groups[n] == groups[n + 1200] for n in range(1200)])
    assert together > 0.95


def test_short_texts_are_grouped_by_the_words_they_have_and_empty_ones_not_at_all():
    assert groups_of("help", "Help!", "help me", "", " ") == [0, 0, 1, 2, 3]


@given(groups=st.lists(st.integers(0, 8), min_size=2, max_size=60), seed=st.integers(0, 99))
def test_groups_held_out_by_lot_are_held_out_whole(groups, seed):
    _, numbers = np.unique(groups, return_inverse=True)
    place = hold_out_groups(numbers, 0.3, np.random.default_rng(seed))
    assert not set(numbers[place == 1]) & set(numbers[place == 0])
    assert (place == 1).sum() <= 0.3 * len(numbers)


@given(groups=st.lists(st.integers(0, 8), min_size=5, max_size=60), seed=st.integers(0, 99))
def test_the_newest_are_held_out_without_texts_already_seen(groups, seed):
    numbers, days = np.array(groups), np.random.default_rng(seed).permutation(len(groups))
    place = hold_out_newest(np.datetime64("2026-01-01", "s") + days * np.timedelta64(86_400, "s"), numbers, 0.2)
    newest = days >= len(groups) - round(0.2 * len(groups))
    assert (place[~newest] == 0).all()
    assert (place[newest] != 0).all()
    assert not set(numbers[place == 1]) & set(numbers[place == 0])


def test_a_ticket_without_a_date_counts_as_old():
    opened_at = np.array(["NaT", "2026-01-02", "2026-01-03", "NaT", "2026-01-01"], dtype="datetime64[s]")
    assert hold_out_newest(opened_at, np.arange(5), 0.4).tolist() == [0, 1, 1, 0, 0]


@pytest.mark.parametrize("seed", range(10))
def test_one_large_group_does_not_leave_too_few_to_judge_by(seed):
    groups = np.concatenate([np.zeros(120, dtype=int), np.arange(1, 181)])
    held_out = hold_out_groups(groups, 0.2, np.random.default_rng(seed))
    assert held_out.sum() == 60
    assert not held_out[0]
