"""What a person is told of a training run, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from ticket_triage.domain.labels import Head

FALLBACK_NOTE = (
    "sentiment: no labels to learn from, so word lists answer (origin: lexicon). Their probabilities were fitted on "
    "public texts and not on your tickets: take them as a hint; nothing is set by them alone."
)
"""Said where word lists are to answer for the sentiment."""


def machine_note(head: Head, rows: int) -> str:
    """Say that labels nobody touched are not learnt from."""
    return (
        f"{head.name}: {rows:,} labels were set by a machine and touched by nobody; they are not learnt from, "
        "for a model taught by its own answers drifts."
    )


def rare_note(head: Head, rare: Sequence[str], least: int) -> str:
    """Say which classes have too few tickets."""
    names = ", ".join(map(repr, rare[:5])) + (" …" if len(rare) > 5 else "")
    those = "1 class … is" if len(rare) == 1 else f"{len(rare)} classes … are"
    return f"{head.name}: {those.replace('…', f'with under {least} tickets')} not learnt: {names}."


def no_labels(heads: Sequence[Head], least: int) -> str:
    """Say that nothing can be learnt."""
    names = ", ".join(head.name for head in heads)
    return (
        f"No head can be trained: of {names}, none has two classes with at least {least} labelled tickets each. "
        "Name the label columns in a mapping, or label more tickets."
    )
