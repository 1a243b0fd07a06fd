"""A trained model as serving needs it: one matrix for all heads, NumPy and SciPy only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from ticket_triage.domain.prediction import HeadPrediction, ModelReference, Prediction, Reason
from ticket_triage.domain.text import ticket_text
from ticket_triage.domain.ticket import Ticket
from ticket_triage.modelling.calibration import softmax, with_noise
from ticket_triage.modelling.explanation import Units, fact_reasons
from ticket_triage.modelling.facts import FactFeatures, FactValues, fact_values
from ticket_triage.modelling.ngrams import Spans, TextBatch
from ticket_triage.modelling.tfidf import TfidfFeatures, batches

_DIGITS = 6


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
        for batch in batches(texts):
            members = tickets[len(predictions) : len(predictions) + batch.n_documents]
            values = [fact_values(ticket, self.facts.names) for ticket in members]
            predictions += self._predict(batch, values, reasons)
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
            parts.append(self._logits(matrix, facts[done : done + batch.n_documents]))
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
        own = logits[:, slot.columns]
        return with_noise(softmax(own), slot.noise), (own + slot.answer_offsets).argmax(axis=1)

    def published(self, reference: ModelReference) -> TriageModel:
        """Return the same model under the reference it was published with."""
        return TriageModel(self.text, self.facts, self.coefficients, self.intercepts, self.slots, reference)

    def _logits(self, matrix: sp.csr_array, facts: Sequence[FactValues]) -> np.ndarray:
        logits = np.asarray(matrix @ self._text_weights, dtype=np.float64) + self.intercepts
        if self.facts.n_features:
            logits += self.facts.transform(facts) @ self._fact_weights
        return logits

    def _predict(self, batch: TextBatch, facts: Sequence[FactValues], limit: int) -> list[Prediction]:
        located = self.text.located(batch)
        matrix = self.text.rows(batch.n_documents, located)
        logits = self._logits(matrix, facts)
        units = Units(batch, located, matrix) if limit else None
        columns = [self._column(slot, logits, units, facts, limit) for slot in self.slots]
        unknown = _unknown_shares(batch.n_documents, *located[0])
        rows = zip(*columns, strict=True) if columns else iter([()] * batch.n_documents)
        return [Prediction(tuple(heads), self.reference, share) for heads, share in zip(rows, unknown, strict=True)]

    def _column(
        self, slot: HeadSlot, logits: np.ndarray, units: Units | None, facts: Sequence[FactValues], limit: int
    ) -> Iterator[HeadPrediction]:
        """Yield one head's prediction for each ticket of a batch."""
        probabilities, answers = self.answers(slot, logits)
        why: list[list[Reason]] = [[] for _ in answers]
        if units is not None:
            why = units.strongest(self._text_weights[:, slot.columns], answers, limit)
        for row, (answer, shares) in enumerate(
            zip(answers.tolist(), probabilities.round(_DIGITS).tolist(), strict=True)
        ):
            reasons = self._with_facts(why[row], slot, facts[row], answer, limit) if limit else ()
            yield HeadPrediction(slot.name, slot.classes[answer], slot.classes, tuple(shares), reasons)

    def _with_facts(
        self, words: list[Reason], slot: HeadSlot, facts: FactValues, answer: int, limit: int
    ) -> tuple[Reason, ...]:
        labels, columns = self.facts.known_of(facts)
        if not labels:
            return tuple(words)
        weighed = fact_reasons(labels, self._fact_weights[columns, slot.columns], answer)
        return tuple(sorted([*words, *weighed], key=lambda reason: -abs(reason.contribution))[:limit])


def _unknown_shares(n_documents: int, spans: Spans, columns: np.ndarray) -> list[float]:
    """Return the share of each text's first-block n-grams that were never met; 1 where there are none."""
    owners = spans.documents.view(np.int64)
    total = np.bincount(owners, minlength=n_documents)
    unknown = np.bincount(owners[columns < 0], minlength=n_documents)
    shares = np.where(total > 0, unknown / np.maximum(total, 1), 1.0)
    return list(shares.round(4).tolist())
