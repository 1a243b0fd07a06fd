"""Runs of words that a single ticket has are learnt where order tells, and nowhere else."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from invented_desk import FILLER

from ticket_triage.domain.labels import URGENCY
from ticket_triage.modelling.rare import as_unseen
from ticket_triage.modelling.training import train_model


@pytest.fixture(scope="module")
def ordered():
    """Return tickets whose urgency hangs on four colours in a row, and on no three of them."""
    rng = np.random.default_rng(0)
    lights = rng.integers(0, 2, (1200, 4))
    words = np.array(["red", "green"])[lights]
    bodies = [" ".join([*rng.choice(FILLER.split(), 4), *row, *rng.choice(FILLER.split(), 4)]) for row in words]
    return pd.DataFrame({"body": bodies, "urgency": np.where(lights.sum(axis=1) % 2, "high", "low")})


@pytest.fixture(scope="module")
def trying(quick):
    return replace(quick, words=(1, 3), characters=(2, 3), rare_words=(1, 4))


def train(history, recipe):
    return train_model(history, heads=(URGENCY,), recipe=recipe, n_jobs=1)


def test_longer_and_rarer_runs_are_learnt_where_they_tell_more(ordered, trying):
    with_rare, without = train(ordered, trying), train(ordered, replace(trying, rare_words=None))
    assert (with_rare.model.text.blocks.words, without.model.text.blocks.words) == ((1, 4), (1, 3))
    assert with_rare.reports[0].macro_f1 > without.reports[0].macro_f1 + 0.1
    assert with_rare.reports[0].expected_calibration_error < 0.1


def test_where_they_tell_nothing_the_model_is_the_one_that_never_tried(history, trying):
    with_rare, without = train(history, trying), train(history, replace(trying, rare_words=None))
    assert with_rare.model.text.blocks.words == (1, 3)
    assert with_rare.model.coefficients.tobytes() == without.model.coefficients.tobytes()


def test_where_requesters_are_named_no_run_of_one_of_them_is_learnt(ordered, trying):
    named = ordered.assign(requester=[f"person {number % 400}" for number in range(len(ordered))])
    assert train(named, trying).model.text.blocks.words == (1, 3)


@given(st.lists(st.lists(st.integers(0, 3), min_size=5, max_size=5), min_size=1, max_size=6))
def test_unseen_texts_have_only_runs_that_others_have_and_the_length_they_had(counts):
    matrix = sp.csr_array(np.array(counts, dtype=np.float32))
    dense, found = matrix.toarray(), as_unseen(matrix, 3).toarray()
    shared = (dense[:, :3] > 0).sum(axis=0) > 1
    assert np.array_equal(found[:, 3:], dense[:, 3:])
    assert np.array_equal(found[:, :3] > 0, (dense[:, :3] > 0) & shared)
    lengths = np.linalg.norm(found[:, :3], axis=1)
    assert np.allclose(lengths[lengths > 0], 1, atol=1e-6)
