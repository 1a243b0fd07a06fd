"""Whether the words of a history move along time, before anybody learns from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ticket_triage.domain.text import words
from ticket_triage.modelling.audit import moment, periods_of
from ticket_triage.modelling.drift import LARGE, moved_words, spread

_SHOWN = 5
_LEAST_TICKETS = 5
"""Words of fewer tickets of a period or of the others move by chance."""


@dataclass(frozen=True, slots=True)
class MovedWord:
    """A word, the share of a period's tickets that have it, and that of all others."""

    word: str
    share: float
    elsewhere: float


@dataclass(frozen=True, slots=True)
class WordPeriod:
    """A stretch of time: its first and last ticket, how many there are, and how far their words are from the others'.

    ``moved`` is a population stability index, less what chance brings (``drift``).
    """

    begins: str
    ends: str
    tickets: int
    moved: float


@dataclass(frozen=True, slots=True)
class WordDrift:
    """How words move along time.

    Parameters
    ----------
    periods : tuple of WordPeriod
        Equally many tickets each, oldest first.
    period : int
        The one furthest from all others.
    words : tuple of MovedWord
        Whose share moves most in it, surest first.
    bound : float
        A period that moved further is said to drift, as ``triage monitor`` says it of new tickets.
    flagged : bool
        Whether the furthest period did.
    """

    periods: tuple[WordPeriod, ...]
    period: int
    words: tuple[MovedWord, ...]
    bound: float
    flagged: bool

    @property
    def sentence(self) -> str:
        """The verdict, and the period furthest from all others."""
        verdict = "warning: the words drift" if self.flagged else "the words hardly drift"
        far = self.periods[self.period]
        return (
            f"{verdict}: furthest from all others are the tickets from {far.begins[:10]} to {far.ends[:10]} (index "
            f"{far.moved:.2f}, large above {self.bound:g})"
        )


def word_drift(texts: Sequence[str], opened_at: np.ndarray) -> WordDrift | None:
    """Hold the words of each period against those of all others.

    Parameters
    ----------
    texts : sequence of str of shape (n_tickets,)
        Normalised.
    opened_at : ndarray of shape (n_tickets,), datetime64

    Returns
    -------
    WordDrift or None
        None when there are too few dates.
    """
    parts = periods_of(opened_at)
    if parts is None:
        return None
    spreads = np.array([spread([texts[row] for row in part]) for part in parts])
    moved = [moved_words(own, spreads.sum(axis=0) - own) for own in spreads]
    periods = tuple(
        WordPeriod(moment(opened_at[part[0]]), moment(opened_at[part[-1]]), len(part), round(far, 4))
        for part, far in zip(parts, moved, strict=True)
    )
    furthest = int(np.argmax(moved))
    others = [row for number, part in enumerate(parts) if number != furthest for row in part]
    found = _moved([texts[row] for row in parts[furthest]], [texts[row] for row in others])
    return WordDrift(periods, furthest, found, LARGE, moved[furthest] > LARGE)


def _moved(now: Sequence[str], others: Sequence[str]) -> tuple[MovedWord, ...]:
    """Return the words whose share of tickets differs most, in standard errors."""
    counts, elsewhere = (Counter(word for text in texts for word in set(words(text))) for texts in (now, others))
    found = []
    for word in counts.keys() | elsewhere.keys():
        if max(counts[word], elsewhere[word]) >= _LEAST_TICKETS:
            share, usual = counts[word] / len(now), elsewhere[word] / len(others)
            common = (counts[word] + elsewhere[word]) / (len(now) + len(others))
            error = (common * (1 - common) * (1 / len(now) + 1 / len(others))) ** 0.5
            if error:
                found.append((-abs(share - usual) / error, MovedWord(word, round(share, 4), round(usual, 4))))
    return tuple(entry for _, entry in sorted(found, key=lambda pair: (pair[0], pair[1].word))[:_SHOWN])
