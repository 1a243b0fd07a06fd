import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_triage.domain.text import normalise
from ticket_triage.policy.phrases import Grammar, PhraseMatcher, tokens

GRAMMAR = Grammar(
    fillers=frozenset({"completely", "now"}),
    negations=frozenset({"not", "no", "never", "nicht"}),
    breakers=frozenset({"only", "idea"}),
    stops=frozenset({"but"}),
)
MATCHER = PhraseMatcher({"outage": ["is down", "down", "ausgefallen"], "everyone": ["down for everyone"]}, GRAMMAR)


def owners(text: str) -> set[str]:
    return set(MATCHER.find(tokens(normalise(text))))


@pytest.mark.parametrize(
    "text",
    [
        "checkout is down",
        "CHECKOUT IS DOWN",
        "checkout \uff49\uff53 \uff44\uff4f\uff57\uff4e",
        "checkout i\u200bs do\u200bwn",
        "checkout is now completely down",
        "It is not only slow, it is down",
        "not fast but down",
        "no idea why it is down",
        "No, it is down",
    ],
)
def test_a_phrase_is_found_however_it_is_written(text):
    assert "outage" in owners(text)


@pytest.mark.parametrize(
    "text",
    ["checkout is not down", "no longer down", "it was never down", "nicht ausgefallen", "Nicht mehr ausgefallen!"],
)
def test_a_negated_phrase_is_not_found(text):
    assert owners(text) == set()


@pytest.mark.parametrize("text", ["the list of downloads", "it is. down for", "isdown", "for everyone", ""])
def test_only_whole_words_of_one_clause_make_a_phrase(text):
    assert "everyone" not in owners(text)


def test_one_place_may_hold_phrases_of_several_owners():
    assert MATCHER.find(tokens("shop down for everyone")) == {
        "outage": ("down", [1]),
        "everyone": ("down for everyone", [1]),
    }


@given(st.text(max_size=200))
def test_words_that_frame_a_phrase_never_hide_it(text):
    assert "everyone" in owners(f"{text}. down for everyone. {text}")


def test_matching_takes_linear_time():
    text = tokens("is now now down for down for everyone " * 20_000)
    before = time.perf_counter()
    MATCHER.find(text)
    assert time.perf_counter() - before < 5
