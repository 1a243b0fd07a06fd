"""What was told before is recognised in one pass, whatever came between, in memory that does not grow."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_triage.modelling.ngrams import TextBatch
from ticket_triage.modelling.repeats.bursts import Arrival
from ticket_triage.modelling.repeats.leaders import BANDS, LeaderClusters, signatures
from ticket_triage.modelling.repeats.stream import RepeatStream
from ticket_triage.modelling.repeats.traces import MOST_PASSAGES, passages, told, traces

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TEXTS = st.text(alphabet="abcdefgh .!?\n12é返", max_size=120)
STORIES = {
    "lamp": ["The lamp flickers all night", "the lamp flickers all night long", "Hello, the lamp flickers all night!"],
    "till": ["Barcode scanner refuses every voucher", "barcode scanner refuses every voucher since Monday"],
    "door": ["Rear entrance opens without badge", "The rear entrance opens without badge"],
}


def arrivals(texts, gap=timedelta(minutes=1)):
    return [Arrival(f"T-{n}", text, NOON + n * gap, f"r{n}") for n, text in enumerate(texts)]


def has_words(text):
    return bool(len(told([text]).by_ticket.hashes))


@given(text=TEXTS, between=st.lists(TEXTS, max_size=4))
def test_a_ticket_is_a_near_duplicate_of_itself(text, between):
    first, *_, last = RepeatStream().feed(arrivals([text, *between, text]))
    if has_words(text):
        assert last.copy_of == (first.copy_of or first.ticket_id)
    assert last.statements == first.statements


@given(order=st.permutations([(name, n) for name, texts in STORIES.items() for n in range(len(texts))]))
def test_the_order_of_unrelated_tickets_does_not_change_who_belongs_together(order):
    turn = dict.fromkeys(STORIES, 0)
    texts, names = [], []
    for name, _ in order:
        texts.append(STORIES[name][turn[name]])
        names.append(name)
        turn[name] += 1
    seen = RepeatStream().feed(arrivals(texts))
    together = {}
    for name, one in zip(names, seen, strict=True):
        together.setdefault(name, set()).update(one.statements)
    assert all(len(numbers) == 1 for numbers in together.values())
    assert len(set().union(*together.values())) == len(STORIES)


@given(texts=st.lists(TEXTS, min_size=1, max_size=8), size=st.integers(1, 8))
def test_answers_do_not_depend_on_how_many_are_read_together(texts, size):
    coming = arrivals(texts)
    parts, stream = [], RepeatStream()
    for start in range(0, len(coming), size):
        parts += stream.feed(coming[start : start + size])
    assert parts == RepeatStream().feed(coming)


def test_numbers_and_courtesies_between_do_not_hide_the_same_statement():
    texts = ["Hi, Order 4711 was charged twice. Please call me.", "Good morning\nOrder 58, was charged twice!\nThanks"]
    first, second = RepeatStream().feed(arrivals(texts))
    assert second.copy_of is None
    assert len(set(first.statements) & set(second.statements)) == 1


def test_a_few_changed_words_leave_a_near_duplicate():
    words = [f"word{number}x" for number in range(60)]
    changed = [*words[:20], "another", *words[21:50], "thing", *words[51:]]
    first, second = RepeatStream().feed(arrivals([" ".join(words), " ".join(changed)]))
    assert second.copy_of == first.ticket_id


def test_signatures_agree_as_often_as_texts_share_traces():
    shared, own = [f"w{n}" for n in range(60)], [f"v{n}" for n in range(60)]
    texts = [" ".join(shared), " ".join([*shared[:30], *own[:30]]), " ".join(own)]
    spans = traces(TextBatch(texts))
    sets = [set(spans.hashes[spans.documents == n].tolist()) for n in range(3)]
    places = signatures(spans, 3).places
    for one, other in ((0, 1), (0, 2), (1, 2)):
        resemblance = len(sets[one] & sets[other]) / len(sets[one] | sets[other])
        assert np.mean(places[one] == places[other]) == pytest.approx(resemblance, abs=0.25)


def test_no_more_leaders_live_than_there_is_room_for():
    clusters = LeaderClusters(0.5, most=40)
    texts = [f"alpha{n} beta{n} gamma{n} delta{n}" for n in range(500)]
    found = signatures(traces(TextBatch(texts)), len(texts))
    for n, text in enumerate(texts):
        clusters.join(f"T-{n}", text, float(n), n + 1, found.places[n], found.bands[n])
        assert len(clusters) <= 40
        assert clusters.bands <= 40 * BANDS
    assert clusters.gone == 460


def test_what_comes_back_outlives_what_does_not():
    clusters = LeaderClusters(0.5, most=40)
    texts = ["the printer jams on paper again", *(f"alpha{n} beta{n} gamma{n}" for n in range(200))]
    found = signatures(traces(TextBatch(texts)), len(texts))

    def join(n, at):
        return clusters.join(f"T-{at}", texts[n], at, n + 1, found.places[n], found.bands[n])

    leader = join(0, 0.0)
    join(0, 1.0)
    for n in range(1, 201):
        join(n, n + 1.0)
    assert join(0, 300.0) is leader
    assert (leader.tickets, leader.leader, leader.first_at, leader.last_at) == (3, "T-0.0", 0.0, 300.0)


def test_requesters_are_counted_not_tickets():
    clusters = LeaderClusters(0.5, most=10)
    found = signatures(traces(TextBatch(["checkout page is broken"])), 1)
    for n in range(60):
        cluster = clusters.join(f"T-{n}", "", float(n), 1 + n % 7 * 0x9E3779B97F4A7C15, found.places[0], found.bands[0])
    assert (cluster.tickets, cluster.requesters) == (60, 7)


def test_a_statement_is_shown_as_most_write_it():
    right = "the nightly export of {} rows to the warehouse fails with a timeout"
    said = [right.format(2000), *[right.format("1,000").capitalize() + "."] * 3]
    typo = right.format(70).replace("fails", "fials")
    stream = RepeatStream()
    stream.feed(arrivals([typo, *said]))
    assert [(one.text, one.tickets) for one in stream.statements.clusters] == [(right.format("#"), 5)]


@given(text=st.text(max_size=400))
def test_any_text_at_all_is_read(text):
    (one,) = RepeatStream().feed([Arrival("T", text, NOON)])
    assert one.copy_of is None


def test_a_text_without_end_costs_no_more_than_many_passages():
    assert len(passages("Down now. " * 100_000)) == MOST_PASSAGES
