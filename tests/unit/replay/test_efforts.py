"""How long tickets take is learnt from finished and unfinished ones."""

import numpy as np
import pytest

from ticket_triage.replay.efforts import fit, fit_by_kind


def test_cutting_off_what_is_unfinished_does_not_shorten_what_is_learnt():
    chance = np.random.default_rng(3)
    minutes = np.exp(chance.normal(4.0, 0.8, 4000))
    seen = chance.uniform(20, 200, 4000)
    finished = minutes <= seen
    found = fit(np.minimum(minutes, seen), finished)
    assert found.mean == pytest.approx(4.0, abs=0.06)
    assert found.spread == pytest.approx(0.8, abs=0.06)


def test_a_rare_kind_takes_the_figures_of_all():
    minutes = np.array([10.0] * 30 + [1000.0] * 3)
    found = fit_by_kind(["a"] * 30 + ["b"] * 3, minutes, np.ones(33, bool))
    assert found["a"].mean == pytest.approx(np.log(10))
    assert found["b"] == fit(minutes, np.ones(33, bool))


def test_an_unfinished_ticket_is_drawn_longer_than_it_has_taken():
    found = fit(np.array([10.0, 20.0, 40.0]), np.ones(3, bool))
    assert all(found.draw(np.random.default_rng(seed), at_least=50) > 50 for seed in range(50))
