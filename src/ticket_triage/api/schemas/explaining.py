"""Why a model answered as it did."""

from __future__ import annotations

from ticket_triage.api.schemas.receipt import ModelOut
from ticket_triage.api.schemas.shape import Shape, Share


class LineAddedOut(Shape):
    """One thing that was added up, in log-odds of the class against the mean of the others."""

    kind: str
    text: str
    contribution: float


class CalibrationOut(Shape):
    """How log-odds became a probability: (1 - noise) * softmax(logits) + noise / number of classes."""

    shift: float
    log_odds: float
    logits: dict[str, float]
    noise: Share


class HeadExplanationOut(Shape):
    """Why a head gives the class in ``about`` its probability; the lines sum to ``log_odds``."""

    head: str
    answer: str
    about: str
    lines: list[LineAddedOut]
    log_odds: float
    calibration: CalibrationOut
    probability: Share


class ExplanationOut(Shape):
    """What each n-gram and intake fact of a ticket added to each head's prediction."""

    ticket_id: str
    model: ModelOut | None
    heads: list[HeadExplanationOut]
