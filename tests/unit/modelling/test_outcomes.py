"""What is kept for a later comparison: only rows neither has seen, and it comes back as it went in."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from invented_desk import invented_history

from ticket_triage.domain.labels import CATEGORY, SENTIMENT, URGENCY
from ticket_triage.errors import ArtefactDamagedError
from ticket_triage.modelling.outcomes import compared, files_of, load_outcomes, load_seen, seen_by, unseen
from ticket_triage.modelling.splitting import signatures
from ticket_triage.modelling.tfidf import batches
from ticket_triage.modelling.training import texts_of

HEADS = (URGENCY, CATEGORY, SENTIMENT)


def bands_of(frame):
    return signatures(batches(texts_of(frame)))


@pytest.fixture(scope="module")
def judged():
    return invented_history(160, seed=5).assign(channel=lambda frame: np.where(frame.index < 120, "email", "fax"))


@pytest.fixture(scope="module")
def kept(model, judged):
    return compared(judged, HEADS, model, model, seen_by(bands_of(judged.iloc[:40])), (3, 200))


def test_a_row_that_the_champion_has_learnt_from_has_no_answer_of_it(kept, judged):
    for head in kept.heads:
        assert (head.champion[:40] == -1).all()
        assert (head.champion[40:] == head.candidate[40:]).all()
        labels = judged[head.name].fillna("").tolist()
        assert [head.classes[place] if place >= 0 else "" for place in head.truth] == labels


def test_a_near_identical_text_counts_as_seen_and_one_without_words_does_not():
    story = "the checkout page is down for all of our customers since this morning please help us"
    seen = seen_by(signatures(batches([story, "", "another thing altogether, with words of its own in it"])))
    fresh = unseen(signatures(batches([f"{story} now", "", "the icon is ugly"])), seen)
    assert fresh.tolist() == [False, True, True]


def test_what_was_learnt_from_is_kept_so_that_no_text_s_hashes_stand_together(judged):
    bands = bands_of(judged)
    assert (np.diff(seen_by(bands).astype(object), axis=0) >= 0).all()
    assert not unseen(bands, seen_by(bands)).any()


def test_slices_hold_values_that_many_tickets_have_and_no_others(kept):
    assert set(kept.slices) == {"channel", "length"}
    assert set(kept.slices["channel"]) == {"email", ""}
    assert set(kept.slices["length"]) == {"short"}


def test_outcomes_come_back_as_they_went_in(kept, tmp_path):
    seen = seen_by(np.arange(8, dtype=np.uint64).reshape(2, 4))
    for name, content in files_of(kept, seen).items():
        (tmp_path / name).write_bytes(content)
    found = load_outcomes(tmp_path)
    assert files_of(found, load_seen(tmp_path)) == files_of(kept, seen)
    assert (found.champion, found.champion_heads, found.stuffed) == (kept.champion, kept.champion_heads, (3, 200))
    assert [(head.name, head.classes, head.top) for head in found.heads] == [
        (head.name, head.classes, head.top) for head in kept.heads
    ]


def test_without_a_champion_nothing_stands_beside_the_candidate(model, judged):
    alone = compared(judged, HEADS, model, None, None, (0, 9))
    assert (alone.champion, alone.champion_heads) == (None, ())
    assert all((head.champion == -1).all() for head in alone.heads)


def test_a_ticket_s_hash_hangs_on_its_name_and_its_text(model, judged):
    twice = pd.concat([judged.iloc[:2], judged.iloc[:2].assign(ticket_id="other")])
    rows = compared(twice, HEADS, model, None, None, (0, 9)).rows
    assert len(set(rows.tolist())) == 4
    assert rows[:2].tolist() == compared(judged, HEADS, model, None, None, (0, 9)).rows[:2].tolist()


@pytest.mark.parametrize("name", ["outcomes.json", "outcomes.npy", "outcomes_rows.npy", "outcomes_seen.npy"])
@pytest.mark.parametrize("content", [None, b"", b"[]", b"\x93NUMPY"])
def test_outcomes_that_are_lost_or_garbage_are_named(kept, tmp_path, name, content):
    for each, whole in files_of(kept, np.zeros((1, 4), dtype=np.uint64)).items():
        (tmp_path / each).write_bytes(whole)
    (tmp_path / name).unlink() if content is None else (tmp_path / name).write_bytes(content)
    refusing = load_seen if name == "outcomes_seen.npy" else load_outcomes
    with pytest.raises(ArtefactDamagedError, match=r"(no outcomes to compare by|not say what it learnt from) \("):
        refusing(tmp_path)


def test_outcomes_whose_columns_do_not_fit_are_named(kept, tmp_path):
    for each, whole in files_of(replace(kept, slices={}), np.zeros((1, 4), dtype=np.uint64)).items():
        (tmp_path / each).write_bytes(whole)
    (tmp_path / "outcomes.json").write_bytes(files_of(kept, np.zeros((1, 4), dtype=np.uint64))["outcomes.json"])
    with pytest.raises(ArtefactDamagedError, match="no outcomes to compare by"):
        load_outcomes(tmp_path)
