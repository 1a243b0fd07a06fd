import numpy as np
import pandas as pd

from ticket_triage.domain.labels import URGENCY
from ticket_triage.intake.leaks import leaky_columns

ROWS = 400
RNG = np.random.default_rng(0)
LABELS = RNG.choice(["low", "high"], ROWS)


def found(**columns):
    frame = pd.DataFrame({"urgency": LABELS, **columns})
    return [(leak.column, leak.kind) for leak in leaky_columns(frame, [URGENCY], later=["team"], facts=["custom.site"])]


def test_a_column_that_gives_the_label_away_is_named_with_when_it_is_known():
    queue = np.where(LABELS == "high", RNG.choice(["a", "b"], ROWS), RNG.choice(["c", "d"], ROWS))
    assert found(team=queue) == [("team", "later")]
    assert found(**{"custom.site": queue}) == [("custom.site", "intake")]
    assert found(**{"custom.queue": queue}) == [("custom.queue", "custom")]


def test_amounts_are_looked_at_by_size():
    assert found(csat=np.where(LABELS == "high", 1.0, 5.0) + RNG.uniform(0, 0.5, ROWS)) == [("csat", "intake")]


def test_what_is_missing_can_give_it_away_too():
    assert found(team=np.where(LABELS == "high", "night shift", None)) == [("team", "later")]


def test_chance_and_unique_values_are_no_leak():
    assert not found(team=RNG.choice(["a", "b"], ROWS), **{"custom.number": [f"N{row}" for row in range(ROWS)]})
    assert not found(opened_at=pd.date_range("2026-01-01", periods=ROWS, tz="UTC"))
