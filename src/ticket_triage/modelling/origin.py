"""What a model was made from and with, as plain values for its manifest."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import scipy
import sklearn

from ticket_triage.modelling.assembly import Fitted
from ticket_triage.modelling.encoder.block import BLOCK_WEIGHTS, MEANING, Meaning
from ticket_triage.modelling.recipe import Recipe


def origin(
    history: pd.DataFrame,
    learn: np.ndarray,
    judged: pd.DataFrame,
    split: str,
    recipe: Recipe,
    seed: int,
    held_back: int | None,
) -> dict[str, Any]:
    """Return the training data, the recipe and the environment.

    Parameters
    ----------
    history : DataFrame
    learn : ndarray of int
        Its rows that were learnt from.
    judged : DataFrame
    split : str
        How these were held out.
    recipe : Recipe
    seed : int
    held_back : int or None
        N-grams that too few requesters wrote; None where nobody counted.
    """
    dates = history["opened_at"].dropna() if "opened_at" in history else pd.Series(dtype="datetime64[us, UTC]")
    window = [dates.min().isoformat(), dates.max().isoformat()] if len(dates) else None
    return {
        "training": {
            "rows": len(history),
            "learnt_from": len(learn),
            "judged_on": len(judged),
            "split": split,
            "window": window,
            "seed": seed,
            "held_back": held_back,
        },
        "recipe": recipe.as_dict(),
        "environment": environment(),
    }


def encoder_about(meaning: Meaning, fitted: Sequence[Fitted]) -> dict[str, Any]:
    """Return which encoder was tried how, and what weight each head gave it."""
    weights = {entry.head.name: entry.classifier.block_weights_[MEANING] for entry in fitted}
    mode, features = meaning.block.mode, meaning.block.n_features
    return {**meaning.source, "mode": mode, "features": features, "tried": [0.0, *BLOCK_WEIGHTS], "weights": weights}


def environment() -> dict[str, str]:
    """Return the versions of what a model was made with."""
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "scikit-learn": sklearn.__version__,
    }
