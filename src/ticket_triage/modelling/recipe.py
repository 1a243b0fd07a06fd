"""What a training run does, as data: the recipe goes into every artefact it makes."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any

from ticket_triage.modelling.tfidf import Blocks, Range


@dataclass(frozen=True, slots=True)
class Recipe:
    """The choices of a training run.

    Parameters
    ----------
    words, characters : (int, int) or None
        Sizes of the n-grams.
    rare_words : (int, int) or None
        Sizes of the runs of words that are learnt from a single ticket too, where that is worth it; None never tries.
    min_df : int
        N-grams in fewer tickets are not learnt.
    C : tuple of float
        Inverse strengths of regularisation to choose from.
    balance : float
        0 weighs every ticket alike, 1 weighs every class alike.
    folds : int
        Parts of the history that are held out in turn for calibration.
    tolerance : float
        When the solver stops.
    fact_min_rows : int
        A value of an intake fact in fewer tickets is not learnt.
    class_min_rows : int
        A class with fewer tickets is not learnt.
    mended : bool
        Whether the model mends slips of spelling in what it reads.

    Examples
    --------
    >>> Recipe.named("fast").characters is None
    True
    """

    words: Range
    characters: Range
    rare_words: Range
    min_df: int
    C: tuple[float, ...]
    balance: float
    folds: int
    tolerance: float
    fact_min_rows: int
    class_min_rows: int
    mended: bool = True

    @classmethod
    def named(cls, name: str) -> Recipe:
        """Return the shipped recipe ``default`` or ``fast``."""
        text = files("ticket_triage.modelling").joinpath("recipes", f"{name}.toml").read_text(encoding="utf-8")
        values = tomllib.loads(text)
        for sizes in ("words", "characters", "rare_words"):
            values[sizes] = tuple(values[sizes]) if sizes in values else None
        return cls(**{**values, "C": tuple(values["C"])})

    @property
    def blocks(self) -> Blocks:
        """Which n-grams are looked at."""
        return Blocks(self.words, self.characters, mended=self.mended)

    def as_dict(self) -> dict[str, Any]:
        """Return the recipe as plain values."""
        return asdict(self)
