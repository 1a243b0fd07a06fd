from hypothesis import given
from hypothesis import strategies as st

from ticket_triage.domain import pieces
from ticket_triage.domain.pieces import PieceMemory
from ticket_triage.domain.text import normalise, words
from ticket_triage.modelling.tone import lexicon
from ticket_triage.policy.phrases import BREAK, tokens

TEXTS = st.text(st.sampled_from("ab 1.,!?()-:'\u00e9\U0001f621D;"), max_size=60).map(normalise)


def test_a_memory_that_is_full_begins_anew_and_still_splits_everything(monkeypatch):
    monkeypatch.setattr(pieces, "_MOST", 3)
    memory = PieceMemory(words)
    text = " ".join(f"word{number}" for number in range(20))
    assert memory.split(text) == text.split(" ")
    assert len(memory) <= 3


def test_a_piece_as_long_as_an_address_is_split_but_not_remembered():
    memory = PieceMemory(words)
    assert memory.split("x" * 1000) == ["x" * 1000]
    assert not memory


@given(TEXTS)
def test_a_text_has_the_same_clauses_and_words_read_piece_by_piece_as_whole(text):
    broken = "".join(f" {BREAK} " if sign in ".,;:!?()" else sign for sign in without_points_in_numbers(text))
    assert tokens(text) == words(broken)


@given(TEXTS)
def test_signs_of_a_mood_are_the_same_piece_by_piece_as_in_the_whole_text(text):
    assert lexicon().pieces.split(text) == lexicon().tokens.findall(text)


def without_points_in_numbers(text: str) -> str:
    signs = list(text)
    return "".join(
        sign
        for place, sign in enumerate(signs)
        if not (sign in ".," and text[place - 1 : place].isdigit() and text[place + 1 : place + 2].isdigit())
    )
