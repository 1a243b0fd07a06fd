"""The gate refuses what is worse beyond chance, and lets pass what cannot be told apart or is better."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticket_triage.errors import DifferentHeadsError
from ticket_triage.modelling.gate import LEAST_ROWS, judge
from ticket_triage.modelling.outcomes import HeadOutcomes, Outcomes, joined

LEVELS = ("low", "medium", "high", "critical")
CLEAN = (0, 1000)


def answers(truth, right, rng):
    """Return answers that are right in this share of the rows, and one level off in the others."""
    wrong = np.where(truth == 0, 1, truth - 1)
    return np.where(rng.random(len(truth)) < right, truth, wrong)


def outcomes(champion=0.8, candidate=0.8, rows=1000, seed=0, **more):
    """Return outcomes of two versions with these accuracies."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 4, rows)
    head = HeadOutcomes("urgency", LEVELS, "critical", truth, *(answers(truth, p, rng) for p in (champion, candidate)))
    channel = np.where(np.arange(rows) % 5 == 0, "phone", "email").astype(object)
    made = Outcomes(
        np.arange(rows, dtype=np.uint64), np.arange(rows), {"channel": channel}, (head,), "0001-a", ("urgency",), CLEAN
    )
    return replace(made, **more)


def with_candidate(made, candidate):
    return replace(made, heads=(replace(made.heads[0], candidate=candidate),))


def test_the_same_answers_pass_and_every_difference_is_nothing():
    made = outcomes()
    verdict = judge(with_candidate(made, made.heads[0].champion), CLEAN)
    assert verdict.passed
    assert {(check.low, check.high) for check in verdict.checks} == {(0.0, 0.0)}


@pytest.mark.parametrize(("candidate", "passed"), [(0.9, True), (0.7, False)])
def test_better_passes_and_worse_is_refused_with_both_figures(candidate, passed):
    verdict = judge(outcomes(candidate=candidate), CLEAN)
    whole = verdict.checks[0]
    assert (verdict.passed, whole.what, whole.rows) == (passed, "macro-F1", 1000)
    if not passed:
        assert verdict.refusals[0].startswith(f"urgency: macro-F1 falls from {whole.champion:.3f} to ")


def test_figures_are_those_of_the_tickets_themselves():
    made = outcomes()
    head = made.heads[0]
    accuracy = next(check for check in judge(made, CLEAN).checks if check.what == "accuracy" and check.where is None)
    assert accuracy.champion == round(float((head.champion == head.truth).mean()), 4)
    assert accuracy.candidate == round(float((head.candidate == head.truth).mean()), 4)
    assert accuracy.low < accuracy.candidate - accuracy.champion < accuracy.high


def test_macro_f1_is_the_field_s():
    from sklearn.metrics import f1_score

    made = outcomes(champion=0.6)
    head, check = made.heads[0], judge(made, CLEAN).checks[0]
    assert check.champion == round(f1_score(head.truth, head.champion, average="macro"), 4)


def test_a_chance_difference_is_refused_rarely():
    refused = sum(not judge(outcomes(rows=400, seed=seed), CLEAN).passed for seed in range(30))
    assert refused <= 4


def test_losing_the_tickets_that_hurt_most_is_refused_though_all_else_is_better():
    made = outcomes(champion=0.8, candidate=0.95)
    head = made.heads[0]
    blind = np.where((head.truth == 3) & (np.arange(1000) % 2 == 0), 2, head.candidate)
    refusals = judge(with_candidate(made, blind), CLEAN).refusals
    assert len(refusals) == 1
    assert refusals[0].startswith("urgency: of ")
    assert "critical tickets it finds" in refusals[0]


def test_a_slice_that_is_left_behind_is_refused_though_the_whole_is_better():
    made = outcomes(champion=0.8, candidate=0.95)
    head, phone = made.heads[0], made.slices["channel"] == "phone"
    low = np.where(phone & (head.truth < 3) & (np.arange(1000) % 3 > 0), 3, head.candidate)
    verdict = judge(with_candidate(made, low), CLEAN)
    assert [reason[:40] for reason in verdict.refusals] == ["urgency: accuracy for channel phone fall"]
    assert next(check for check in verdict.checks if check.where == "channel phone").rows == 200


def test_copies_of_one_ticket_are_one_witness():
    made = outcomes(candidate=0.6, rows=300)
    differing = made.heads[0].champion != made.heads[0].candidate
    crowd = replace(made, groups=np.where(differing, 0, np.arange(300) + 1))
    alone, grouped = (judge(each, CLEAN).checks[0] for each in (made, crowd))
    assert (alone.champion, alone.candidate) == (grouped.champion, grouped.candidate)
    assert alone.refusal is not None
    assert grouped.refusal is None


def test_too_few_tickets_say_nothing_and_let_nothing_pass():
    assert judge(outcomes(candidate=0.95, rows=LEAST_ROWS), CLEAN).checks
    verdict = judge(outcomes(candidate=0.95, rows=LEAST_ROWS - 1), CLEAN)
    assert (verdict.checks, verdict.passed) == ((), False)
    assert verdict.refusals[0].startswith(
        "urgency: 49 labelled tickets that neither version has learnt from are too few"
    )


def test_rows_that_the_champion_has_learnt_from_are_left_out():
    made = outcomes(candidate=0.7)
    champion = made.heads[0].champion.copy()
    champion[300:] = -1
    assert judge(replace(made, heads=(replace(made.heads[0], champion=champion),)), CLEAN).checks[0].rows == 300


def test_other_heads_are_a_named_error():
    with pytest.raises(DifferentHeadsError, match="answers urgency, but version 0001-a in use answers mood, urgency:"):
        judge(outcomes(champion_heads=("urgency", "mood")), CLEAN)


@pytest.mark.parametrize(
    ("stuffed", "before", "passed"),
    [
        ((10, 1000), (0, 1000), False),
        ((10, 1000), (9, 1000), True),
        ((2, 100), (0, 100), True),
        ((3, 100), (0, 100), False),
    ],
)
def test_more_lists_of_words_than_the_version_in_use_learnt_from_are_refused(stuffed, before, passed):
    verdict = judge(outcomes(candidate=0.95, stuffed=stuffed), before)
    assert verdict.passed is passed
    if not passed:
        assert (
            f"{stuffed[0]} of the {stuffed[1]:,} tickets learnt from are lists of common words" in verdict.refusals[0]
        )


def test_the_same_seed_gives_the_same_verdict():
    assert judge(outcomes(), CLEAN) == judge(outcomes(), CLEAN)
    assert judge(outcomes(), CLEAN, seed=1) != judge(outcomes(), CLEAN)


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 99), better=st.integers(1, 60))
def test_mending_answers_never_turns_a_pass_into_a_refusal(seed, better):
    made = outcomes(rows=300, seed=seed)
    head = made.heads[0]
    mended, wrong = head.candidate.copy(), np.flatnonzero(head.candidate != head.truth)[:better]
    mended[wrong] = head.truth[wrong]
    before, after = judge(made, CLEAN).checks[0], judge(with_candidate(made, mended), CLEAN).checks[0]
    assert after.candidate >= before.candidate


def test_versions_that_never_met_are_compared_on_the_tickets_both_were_judged_by():
    one, two = outcomes(champion=0.5, candidate=0.9, seed=0), outcomes(seed=1)
    other = replace(two, rows=two.rows + np.uint64(600), champion="0007-x")
    paired = joined("0003-c", replace(other, stuffed=(5, 100)), "0002-b", one)
    assert (len(paired.rows), paired.champion, paired.stuffed) == (400, "0002-b", (5, 100))
    assert paired.heads[0].champion.tolist() == one.heads[0].candidate[600:].tolist()
    assert paired.heads[0].candidate.tolist() == two.heads[0].candidate[:400].tolist()
    assert paired.heads[0].truth.tolist() == two.heads[0].truth[:400].tolist()
