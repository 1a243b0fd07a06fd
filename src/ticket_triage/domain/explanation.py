"""Why a head answered as it did, to the last bit: lines that add up."""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING, Any

from ticket_triage.domain.shown import Cells, Shown

if TYPE_CHECKING:
    from ticket_triage.domain.prediction import ModelReference

BASE, WORDS, CHARACTERS, FACT, REST = "base", "words", "characters", "fact", "rest"
"""Kinds of lines: what holds without any ticket, a run of words, a run of characters, an intake fact, all others."""


def json_line(value: object) -> str:
    """Return one line of JSON, as short as it can be."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was added up.

    Parameters
    ----------
    kind : str
        ``base``, ``words``, ``characters``, ``fact``, the name of another block, or ``rest``.
    text : str
        What stands in the ticket, as the model reads it; ``field=value`` for a fact.
    contribution : float
        Signed, in log-odds of the class against the mean of the others.
    """

    kind: str
    text: str
    contribution: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How log-odds became a probability.

    ``probability = (1 - noise) * softmax(logits) + noise / n_classes``, where a class's logit stands for how it is told
    from the others after the shift.

    Parameters
    ----------
    shift : float
        What calibration added to the log-odds.
    log_odds : float
        With the shift.
    logits : tuple of float
        One per class; their mean is zero but for the last digits of the weights.
    noise : float
        Share of labels that no text explains, in [0, 1).
    """

    shift: float
    log_odds: float
    logits: tuple[float, ...]
    noise: float


@dataclass(frozen=True, slots=True)
class HeadExplanation:
    """Why a head gives a class the probability it gives.

    Parameters
    ----------
    head : str
    answer : str
        What the head answers.
    about : str
        The class that is explained; the answer unless another was asked about.
    classes : tuple of str
    lines : tuple of Line
        The base first, then strongest first. The scale of the calibration is in each.
    calibration : Calibration
    probability : float
        Calibrated, of ``about``.

    Examples
    --------
    >>> lines = (Line("base", "", -1.0), Line("words", "is down", 1.5), Line("words", "the", 0.25))
    >>> found = HeadExplanation("urgency", "high", "high", ("low", "high"), lines, None, 0.7)
    >>> found.log_odds, found.shortened(1).lines[-1]
    (0.75, Line(kind='rest', text='1 more', contribution=0.25))
    """

    head: str
    answer: str
    about: str
    classes: tuple[str, ...]
    lines: tuple[Line, ...]
    calibration: Calibration
    probability: float

    @property
    def log_odds(self) -> float:
        """Log-odds before the calibration's step: the sum of the lines."""
        return fsum(line.contribution for line in self.lines)

    def shortened(self, most: int) -> HeadExplanation:
        """Return the same with at most this many lines beside the base; all others are one."""
        kept, others = self.lines[: most + 1], self.lines[most + 1 :]
        if not others:
            return self
        rest = Line(REST, f"{len(others):,} more", fsum(line.contribution for line in others))
        return HeadExplanation(
            self.head, self.answer, self.about, self.classes, (*kept, rest), self.calibration, self.probability
        )

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON; figures are not rounded, so that they add up."""
        step = self.calibration
        return {
            "head": self.head,
            "answer": self.answer,
            "about": self.about,
            "lines": [{"kind": line.kind, "text": line.text, "contribution": line.contribution} for line in self.lines],
            "log_odds": self.log_odds,
            "calibration": {
                "shift": step.shift,
                "log_odds": step.log_odds,
                "logits": dict(zip(self.classes, step.logits, strict=True)),
                "noise": step.noise,
            },
            "probability": self.probability,
        }


@dataclass(frozen=True, slots=True, repr=False)
class Explanation(Shown):
    """Why each head answered as it did, for one ticket.

    Parameters
    ----------
    ticket_id : str
    model : ModelReference or None
    heads : tuple of HeadExplanation
    """

    ticket_id: str
    model: ModelReference | None
    heads: tuple[HeadExplanation, ...]

    def head(self, name: str) -> HeadExplanation:
        """Return a head's explanation.

        Raises
        ------
        KeyError
            When the model has no such head.
        """
        found = next((entry for entry in self.heads if entry.head == name), None)
        if found is None:
            raise KeyError(name)
        return found

    def told(self) -> list[str]:
        """Return what is explained of each head, and how probable it is."""
        return [f"{head.head}: {head.about} ({head.probability:.2f})" for head in self.heads]

    def cells(self) -> Cells:
        """Return every line that was added up, in log-odds."""
        rows = self.records()
        return tuple(rows[0]) if rows else (), (tuple(row.values()) for row in rows)

    def shortened(self, most: int) -> Explanation:
        """Return the same with at most this many lines per head beside the base; all others are one."""
        return Explanation(self.ticket_id, self.model, tuple(head.shortened(most) for head in self.heads))

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        model = self.model
        return {
            "ticket_id": self.ticket_id,
            "model": model and {"name": model.name, "version": model.version, "sha256": model.sha256},
            "heads": [head.as_dict() for head in self.heads],
        }

    def as_json(self) -> str:
        """Return one line of JSON, the same through every door."""
        return json_line(self.as_dict())

    def records(self) -> list[dict[str, Any]]:
        """Return a row per line, as ``pandas.DataFrame(explanation.records())`` takes them."""
        return [
            {"head": head.head, "about": head.about, "kind": line.kind, "text": line.text}
            | {"contribution": line.contribution}
            for head in self.heads
            for line in head.lines
        ]
