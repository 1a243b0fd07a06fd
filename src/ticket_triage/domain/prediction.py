"""What a text means: one calibrated answer per head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from ticket_triage.domain.markup import table

if TYPE_CHECKING:
    from ticket_triage.domain.precision import Precision


class Reason(NamedTuple):
    """A piece of text and how far it moved the answer.

    Parameters
    ----------
    text : str
        A word or word pair of the ticket, or ``field=value`` for an intake fact.
    contribution : float
        Signed, in log-odds of the answer against the other classes.
    """

    text: str
    contribution: float


class HeadPrediction(NamedTuple):
    """A head's answer with the calibrated probability of every class.

    Parameters
    ----------
    head : str
        Name of the head.
    answer : str
        The model's own balanced answer, one of ``classes``.
    classes : tuple of str
        All classes; in level order for an ordered head.
    probabilities : tuple of float
        Calibrated, in [0, 1], summing to one, beside ``classes``.
    reasons : tuple of Reason
        Strongest first.
    origin : str
        ``"model"``, or the name of the fallback that answered.
    p_values : tuple of float
        Conformal, beside ``classes``: the share of held-out tickets of that class for which it was no more probable.
        Empty where nobody measured.
    confidence : str or None
        ``"high"``, ``"medium"`` or ``"low"``, in the order of observed accuracy; None where nobody measured.
    precision : Precision or None
        What held-out cases prove of this answer, given this surely; None where nobody measured.
    """

    head: str
    answer: str
    classes: tuple[str, ...]
    probabilities: tuple[float, ...]
    reasons: tuple[Reason, ...] = ()
    origin: str = "model"
    p_values: tuple[float, ...] = ()
    confidence: str | None = None
    precision: Precision | None = None

    @property
    def probability(self) -> float:
        """Probability of the answer."""
        return self.probabilities[self.classes.index(self.answer)]


@dataclass(frozen=True, slots=True)
class ModelReference:
    """Which model spoke: its name, its version and the hash of its manifest."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """All heads' answers for one ticket.

    Parameters
    ----------
    heads : tuple of HeadPrediction
        At most one per head name.
    model : ModelReference or None
        None when no model was at hand.
    unknown_share : float
        Share of the text's words and word pairs the model never met in training, in [0, 1].
    abstention : str or None
        Why the model's answers should not be used, such as ``"empty text"``; None when they may be.

    Examples
    --------
    >>> low = HeadPrediction("urgency", "low", ("low", "high"), (0.9, 0.1))
    >>> Prediction((low,), None, 0.0).head("urgency").probability
    0.9
    >>> NO_PREDICTION.head("urgency") is None
    True
    """

    heads: tuple[HeadPrediction, ...]
    model: ModelReference | None
    unknown_share: float
    abstention: str | None = None

    def head(self, name: str) -> HeadPrediction | None:
        """Return the named head's answer, or None when the model has no such head."""
        return next((entry for entry in self.heads if entry.head == name), None)

    def __str__(self) -> str:
        if not self.heads:
            return "No prediction" if self.abstention is None else f"No prediction: {self.abstention}"
        return "\n".join(f"{entry.head}: {entry.answer} ({entry.probability:.2f})" for entry in self.heads)

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(str(self))

    def _repr_html_(self) -> str:
        rows = [
            (
                entry.head,
                entry.answer,
                f"{entry.probability:.2f}",
                entry.confidence or "not measured",
                ", ".join(f"{reason.text} {reason.contribution:+.2f}" for reason in entry.reasons),
            )
            for entry in self.heads
        ]
        caption = "Prediction" if self.abstention is None else f"Prediction, not to be used: {self.abstention}"
        return table(caption, rows, ("head", "answer", "probability", "confidence", "because of"))


EMPTY_TEXT, UNSUPPORTED_LANGUAGE = "empty text", "unsupported language"
"""Reasons to abstain; the second may be followed by the script in brackets."""

NO_PREDICTION = Prediction((), None, 1.0)
"""What is known of a text when no model can be loaded."""
