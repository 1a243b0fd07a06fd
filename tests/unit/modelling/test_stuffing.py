"""Lists of common words are told from what people write."""

import numpy as np
import pytest

from ticket_triage.intake.sample import sample_history
from ticket_triage.modelling.splitting import near_identical_groups
from ticket_triage.modelling.stuffing import stuffed
from ticket_triage.modelling.tfidf import batches
from ticket_triage.modelling.training import texts_of


@pytest.fixture(scope="module")
def people():
    return texts_of(sample_history(900))


@pytest.fixture(scope="module")
def common(people):
    words, counts = np.unique([word for text in people for word in text.lower().split()], return_counts=True)
    return words[np.argsort(-counts, kind="stable")][:600]


def found(texts):
    made = list(batches(texts))
    return stuffed(made, near_identical_groups(made))


def test_what_people_write_is_not_taken_for_a_list(people):
    assert not found(people).any()


@pytest.mark.parametrize("kind", ["the same list", "lists in another order", "lists drawn anew", "short lists"])
def test_lists_of_common_words_are_found_among_what_people_write(people, common, kind):
    rng = np.random.default_rng(0)
    one = {
        "the same list": lambda: common[:200],
        "lists in another order": lambda: rng.permutation(common)[:300],
        "lists drawn anew": lambda: rng.choice(common, 100),
        "short lists": lambda: rng.permutation(common[:200])[:40],
    }[kind]
    texts = [*people, *(" ".join(one()) for _ in range(9))]
    answer = found(texts)
    assert answer[len(people) :].mean() > 0.8
    assert not answer[: len(people)].any()


@pytest.mark.parametrize("texts", [[""], ["one"], ["", "two words", ""]])
def test_texts_with_nothing_to_judge_are_no_lists(texts):
    assert found(texts).tolist() == [False] * len(texts)


def test_the_answer_hangs_on_no_batch_border(people, common):
    texts = [*people[:300], " ".join(np.random.default_rng(0).permutation(common)[:200])]
    groups = near_identical_groups(batches(texts))
    small, large = (stuffed(list(batches(texts, size)), groups) for size in (3000, 10**7))
    assert small.tolist() == large.tolist()
    assert small[-1]


def test_many_lists_do_not_witness_for_one_another(people, common):
    rng = np.random.default_rng(0)
    texts = [*people, *(" ".join(rng.permutation(common[:150])[:100]) for _ in range(40))]
    assert found(texts)[len(people) :].mean() > 0.9
