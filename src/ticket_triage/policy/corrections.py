"""What people said a ticket is: it stands in the place of what a model says, for certain, whatever signals add."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticket_triage.domain.desk import LOCKABLE
from ticket_triage.domain.labels import DEFAULT_HEADS
from ticket_triage.domain.prediction import HeadPrediction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticket_triage.domain.prediction import Prediction

PERSON = "person"
"""The origin of a head's answer that a person corrected."""

_LEVELS = {head.name: head.levels or () for head in DEFAULT_HEADS}


def heard(prediction: Prediction, silence: str | None, fixed: Mapping[str, str]) -> dict[str, HeadPrediction]:
    """Return the heads a decision listens to, by name.

    Parameters
    ----------
    prediction : Prediction
    silence : str or None
        Why the model is not heard, None when it is.
    fixed : mapping of str to str
        What people fixed on the ticket; heads among it answer as they said.

    Examples
    --------
    >>> from ticket_triage.domain.prediction import NO_PREDICTION
    >>> heard(NO_PREDICTION, None, {"team": "billing", "urgency": "low"})["urgency"].probabilities
    (1.0, 0.0, 0.0, 0.0)
    """
    heads = {head.head: head for head in prediction.heads if silence is None or head.origin != "model"}
    for name, label in fixed.items():
        if name not in LOCKABLE:
            heads[name] = _said(name, label, prediction.head(name))
    return heads


def by_person(head: HeadPrediction | None) -> bool:
    """Whether a person, not a machine, gave a head's answer."""
    return head is not None and head.origin == PERSON


def _said(name: str, label: str, model: HeadPrediction | None) -> HeadPrediction:
    known = [_LEVELS.get(name, ()), () if model is None or name == "category" else model.classes]
    classes = next((names for names in known if label in names), (label,))
    return HeadPrediction(name, label, classes, tuple([float(entry == label) for entry in classes]), origin=PERSON)
