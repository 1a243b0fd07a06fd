"""Heads: the questions a model answers, and the levels of the ordered ones."""

from __future__ import annotations

from dataclasses import dataclass

URGENCY_LEVELS = ("low", "medium", "high", "critical")
"""Urgency, calmest first."""

SENTIMENT_LEVELS = ("negative", "neutral", "positive")
"""Sentiment, angriest first."""


@dataclass(frozen=True, slots=True)
class Head:
    """One question put to every ticket.

    Parameters
    ----------
    name : str
        The column its labels stand in.
    levels : tuple of str or None
        The allowed answers in order, lowest first; None when answers have no order and any text is allowed.

    Examples
    --------
    >>> URGENCY.levels
    ('low', 'medium', 'high', 'critical')
    >>> CATEGORY.ordered
    False
    """

    name: str
    levels: tuple[str, ...] | None = None

    @property
    def ordered(self) -> bool:
        """Whether the answers have an order."""
        return self.levels is not None


URGENCY = Head("urgency", URGENCY_LEVELS)
CATEGORY = Head("category")
SENTIMENT = Head("sentiment", SENTIMENT_LEVELS)

DEFAULT_HEADS: tuple[Head, ...] = (URGENCY, CATEGORY, SENTIMENT)
"""The three heads every desk has unless it says otherwise."""
