"""A trained model as serving needs it: one matrix for all heads, NumPy and SciPy only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from ticket_triage.domain.prediction import HeadPrediction, ModelReference, Prediction, Reason
from ticket_triage.domain.text import ticket_text
from ticket_triage.domain.ticket import Ticket
from ticket_triage.modelling.explanation import Units, fact_moves
from ticket_triage.modelling.facts import FactFeatures, FactValues, fact_values
from ticket_triage.modelling.ngrams import Spans, TextBatch
from ticket_triage.modelling.tfidf import TfidfFeatures, batches

_DIGITS = 6
_SERVED_CHARACTERS = 4096
"""A pass this small keeps every array below what the allocator asks the system for anew each time: twice as fast."""


@dataclass(frozen=True, slots=True)
class HeadSlot:
    """A head's place in the shared matrix.

    Parameters
    ----------
    name : str
    classes : tuple of str
        In level order for an ordered head.
    ordered : bool
    start : int
        First column of its classes.
    answer_offsets : tuple of float
        Added to the logits before the balanced answer is taken.
    shares : tuple of float
        How common each class was in the history.
    noise : float
        Share of labels that no text explains.
    """

    name: str
    classes: tuple[str, ...]
    ordered: bool
    start: int
    answer_offsets: tuple[float, ...]
    shares: tuple[float, ...]
    noise: float

    @property
    def columns(self) -> slice:
        """The head's columns of the shared matrix."""
        return slice(self.start, self.start + len(self.classes))


class TriageModel:
    """Urgency, category, sentiment and any further heads, on one shared matrix.

    Parameters
    ----------
    text : TfidfFeatures
    facts : FactFeatures
    coefficients : ndarray of shape (n_text_features + n_fact_features, n_outputs), float32
    intercepts : ndarray of shape (n_outputs,), float64
    slots : sequence of HeadSlot
    reference : ModelReference or None
        None while the model is not published.
    """

    def __init__(
        self,
        text: TfidfFeatures,
        facts: FactFeatures,
        coefficients: np.ndarray,
        intercepts: np.ndarray,
        slots: Sequence[HeadSlot],
        reference: ModelReference | None = None,
    ) -> None:
        self.text = text
        self.facts = facts
        self.coefficients = coefficients
        self.intercepts = intercepts
        self.slots = tuple(slots)
        self.reference = reference
        self._text_weights = np.asarray(coefficients[: text.n_features])
        self._fact_weights = np.asarray(coefficients[text.n_features :])
        self._outputs = _Outputs(self.slots)
        self._fact_moves = [fact_moves(self._fact_weights[:, slot.columns]) for slot in self.slots]

    def predict(self, tickets: Sequence[Ticket], *, reasons: int = 3) -> list[Prediction]:
        """Answer every head for every ticket; a ticket alone and in a batch gets the same figures.

        Parameters
        ----------
        tickets : sequence of Ticket
        reasons : int, default=3
            Reasons per head at most; 0 saves their time.

        Returns
        -------
        list of Prediction
        """
        texts = (ticket_text(ticket.subject, ticket.body) for ticket in tickets)
        predictions: list[Prediction] = []
        for batch in batches(texts, _SERVED_CHARACTERS):
            members = tickets[len(predictions) : len(predictions) + batch.n_documents]
            facts = [self.facts.columns(fact_values(ticket, self.facts.names)) for ticket in members]
            predictions += self._predict(batch, facts, reasons)
        return predictions

    def logits(self, texts: Sequence[str], facts: Sequence[FactValues]) -> np.ndarray:
        """Return every head's logits.

        Parameters
        ----------
        texts : sequence of str of shape (n_tickets,)
        facts : sequence of tuple of shape (n_tickets,)
            Values of the columns in ``self.facts.names``.

        Returns
        -------
        ndarray of shape (n_tickets, n_outputs), float64
        """
        done, parts = 0, []
        for batch in batches(texts):
            matrix = self.text.rows(batch.n_documents, self.text.located(batch))
            columns = [self.facts.columns(values) for values in facts[done : done + batch.n_documents]]
            parts.append(self._logits(matrix, columns))
            done += batch.n_documents
        return np.concatenate(parts) if parts else np.zeros((0, len(self.intercepts)))

    def answers(self, slot: HeadSlot, logits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return a head's calibrated probabilities and its balanced answers.

        Parameters
        ----------
        slot : HeadSlot
        logits : ndarray of shape (n_tickets, n_outputs)

        Returns
        -------
        probabilities : ndarray of shape (n_tickets, n_classes)
        answers : ndarray of shape (n_tickets,), int
            Positions in ``slot.classes``.
        """
        probabilities, leaning = self._outputs.answers(logits)
        return probabilities[:, slot.columns], leaning[:, slot.columns].argmax(axis=1)

    def published(self, reference: ModelReference) -> TriageModel:
        """Return the same model under the reference it was published with."""
        return TriageModel(self.text, self.facts, self.coefficients, self.intercepts, self.slots, reference)

    def _logits(self, matrix: sp.csr_array, facts: Sequence[Sequence[int]]) -> np.ndarray:
        logits = np.asarray(matrix @ self._text_weights, dtype=np.float64) + self.intercepts
        if self.facts.n_features:
            logits += self.facts.matrix(facts) @ self._fact_weights
        return logits

    def _predict(self, batch: TextBatch, facts: Sequence[Sequence[int]], limit: int) -> list[Prediction]:
        located = self.text.located(batch)
        units = None
        if limit:
            matrix, entries = self.text.entered(batch.n_documents, located)
            units = Units(batch, located, matrix, entries)
        else:
            matrix = self.text.rows(batch.n_documents, located)
        logits = self._logits(matrix, facts)
        answered = self._outputs.answers(logits)
        heads = [self._column(number, *answered, units, facts, limit) for number in range(len(self.slots))]
        unknown = _unknown_shares(batch.n_documents, *located[0])
        rows = zip(*heads, strict=True) if heads else iter([()] * batch.n_documents)
        return [Prediction(tuple(row), self.reference, share) for row, share in zip(rows, unknown, strict=True)]

    def _column(
        self,
        number: int,
        probabilities: np.ndarray,
        leaning: np.ndarray,
        units: Units | None,
        facts: Sequence[Sequence[int]],
        limit: int,
    ) -> list[HeadPrediction]:
        """Return one head's prediction for each ticket of a batch."""
        slot = self.slots[number]
        answers = leaning[:, slot.columns].argmax(axis=1)
        chosen = answers.tolist()
        why: list[tuple[Reason, ...]] = [()] * len(chosen)
        if units is not None:
            words = units.strongest(self._text_weights[:, slot.columns], answers, limit)
            moves = self._fact_moves[number]
            why = [
                self._reasons(own, known, moves[answer], limit)
                for own, known, answer in zip(words, facts, chosen, strict=True)
            ]
        shares = map(tuple, probabilities[:, slot.columns].round(_DIGITS).tolist())
        return [
            HeadPrediction(slot.name, slot.classes[answer], slot.classes, share, reasons)
            for answer, share, reasons in zip(chosen, shares, why, strict=True)
        ]

    def _reasons(self, words: list[Reason], facts: Sequence[int], moves: list[float], limit: int) -> tuple[Reason, ...]:
        """Return a ticket's strongest reasons, intake facts among them."""
        least = abs(words[-1].contribution) if len(words) == limit else 0.0
        strong = [Reason(self.facts.known[column], moves[column]) for column in facts if abs(moves[column]) > least]
        return tuple(sorted([*words, *strong], key=_weakness)[:limit]) if strong else tuple(words)


class _Outputs:
    """The heads' outputs side by side, turned into answers all at once."""

    def __init__(self, slots: Sequence[HeadSlot]) -> None:
        sizes = [len(slot.classes) for slot in slots]
        self._starts = np.array([slot.start for slot in slots], dtype=np.int64)
        self._owners = np.repeat(np.arange(len(slots)), sizes)
        self._offsets = np.array([offset for slot in slots for offset in slot.answer_offsets])
        self._clean = np.repeat([1.0 - slot.noise for slot in slots], sizes)
        self._spread = np.repeat([slot.noise / size for slot, size in zip(slots, sizes, strict=True)], sizes)

    def answers(self, logits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return calibrated probabilities, and logits of which the largest of a head is its balanced answer."""
        if not len(self._starts):
            return logits, logits
        peaks = np.maximum.reduceat(logits, self._starts, axis=1)
        exponentials = np.exp(logits - peaks[:, self._owners])
        sums = np.add.reduceat(exponentials, self._starts, axis=1)
        shares = exponentials / sums[:, self._owners]
        return shares * self._clean + self._spread, logits + self._offsets


def _weakness(reason: Reason) -> float:
    return -abs(reason.contribution)


def _unknown_shares(n_documents: int, spans: Spans, columns: np.ndarray) -> list[float]:
    """Return the share of each text's first-block n-grams that were never met; 1 where there are none."""
    owners = spans.documents.view(np.int64)
    total = np.bincount(owners, minlength=n_documents)
    unknown = np.bincount(owners[columns < 0], minlength=n_documents)
    shares = unknown / np.maximum(total, 1)
    shares[total == 0] = 1.0
    return list(shares.round(4).tolist())
