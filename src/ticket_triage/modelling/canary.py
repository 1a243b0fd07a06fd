"""A few fixed tickets that a model answers when it is published, and again before it is used anywhere.

The bytes of a version may be whole and the model still answer otherwise than it did: under another library, on another
machine, after a change of this program. What it answers to these tickets tells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ticket_triage.domain.ticket import Ticket
from ticket_triage.errors import CanaryFailedError
from ticket_triage.modelling.model import TriageModel

Answers = Sequence[Mapping[str, Sequence[float]]]
"""For each canary, each head's probabilities in the order of its classes."""

_CANARIES = (
    Ticket("canary-1", "Checkout is down for all our customers", "Nobody can pay since 9:00, please help at once!"),
    Ticket("canary-2", "Typo on the settings page", "No hurry. The word 'adress' lacks a letter."),
    Ticket("canary-3", "", "日本語 ünïcödé 12345 https://example.org"),
    Ticket("canary-4"),
)
_TOLERANCE = 0.002
"""Libraries may add in another order; more than this is another model."""


def canary_answers(model: TriageModel) -> list[dict[str, list[float]]]:
    """Return what a model answers to the canaries.

    Parameters
    ----------
    model : TriageModel
    """
    predictions = model.predict(_CANARIES, reasons=0)
    return [{head.head: list(head.probabilities) for head in prediction.heads} for prediction in predictions]


def check_canaries(model: TriageModel, expected: Answers, what: object) -> None:
    """Refuse a model that answers the canaries otherwise than when it was published.

    Parameters
    ----------
    model : TriageModel
    expected : sequence of mapping
        As ``canary_answers`` gave it.
    what : object
        What to call the model in a message, such as its folder.

    Raises
    ------
    CanaryFailedError
    """
    found = canary_answers(model)
    if len(found) != len(expected) or not all(map(_alike, found, expected)):
        raise CanaryFailedError(
            f"{what} answers fixed tickets otherwise than when it was published; train the model again with this "
            "version of the program and its libraries."
        )


def _alike(found: Mapping[str, Sequence[float]], expected: Mapping[str, Sequence[float]]) -> bool:
    return found.keys() == expected.keys() and all(_near(found[head], expected[head]) for head in found)


def _near(found: Sequence[float], expected: Sequence[float]) -> bool:
    return len(found) == len(expected) and all(
        abs(one - other) <= _TOLERANCE for one, other in zip(found, expected, strict=True)
    )
