"""A trained model as serving needs it: one matrix for all heads, NumPy and SciPy only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from ticket_triage.domain.explanation import Explanation
from ticket_triage.domain.labels import SENTIMENT, SENTIMENT_LEVELS
from ticket_triage.domain.prediction import HeadPrediction, ModelReference, Prediction, Reason
from ticket_triage.domain.shown import Cells, Shown
from ticket_triage.domain.ticket import Ticket
from ticket_triage.errors import BadOptionError, nearest
from ticket_triage.modelling.breakdown import (
    Moves,
    base_moves,
    character_moves,
    fact_lines,
    head_explanation,
    word_moves,
)
from ticket_triage.modelling.conformal import PValues
from ticket_triage.modelling.encoder.block import MEANING, WHOLE_TEXT, Meaning, added
from ticket_triage.modelling.explanation import fact_moves, strongest, weakness
from ticket_triage.modelling.facts import FactFeatures, FactValues, fact_values
from ticket_triage.modelling.mood import mood_explanation, mood_predictions
from ticket_triage.modelling.ngrams import TextBatch
from ticket_triage.modelling.outputs import HeadSlot, Outputs
from ticket_triage.modelling.reading import TextReader, word_book
from ticket_triage.modelling.rows import text_rows
from ticket_triage.modelling.scoring import Scorer
from ticket_triage.modelling.sums import added_rows
from ticket_triage.modelling.support import Support
from ticket_triage.modelling.tfidf import TfidfFeatures, batched
from ticket_triage.modelling.tone import TONE, TONE_FEATURES, tones

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

_DIGITS = 4
_SERVED_CHARACTERS = 4096
"""A pass this small keeps every array below what the allocator asks the system for anew each time: twice as fast."""


@dataclass(frozen=True, slots=True)
class _Beside:
    """What is found in texts beside n-grams: figures of the tone, and what the meaning added to each output."""

    tones: np.ndarray | None
    meant: np.ndarray | None


_SILENT: Mapping[int, list[Reason]] = MappingProxyType({})
"""Where nothing beside n-grams and facts moved any head."""


class TriageModel(Shown):
    """Urgency, category, sentiment and any further heads, on one shared matrix.

    Parameters
    ----------
    text : TfidfFeatures
    facts : FactFeatures
    coefficients : ndarray of shape (n_features, n_outputs), float32
        What one occurrence of an n-gram (before the text's length is divided out), a fact, a unit of the text's tone
        or of its meaning adds to each output, in this order; they sum to zero over the classes of a head.
    intercepts : ndarray of shape (n_outputs,), float64
    slots : sequence of HeadSlot
    reference : ModelReference or None
        None while the model is not published.
    meaning : Meaning or None
        The encoder it learnt with.
    support : Support or None
        When a text is in a language the history did not speak; None takes any text.
    toned : bool, default=False
        Whether it minds the tone.
    fallback : bool, default=False
        Whether word lists answer for the sentiment that the history had no labels of.
    """

    def __init__(
        self,
        text: TfidfFeatures,
        facts: FactFeatures,
        coefficients: np.ndarray,
        intercepts: np.ndarray,
        slots: Sequence[HeadSlot],
        reference: ModelReference | None = None,
        meaning: Meaning | None = None,
        support: Support | None = None,
        toned: bool = False,
        fallback: bool = False,
    ) -> None:
        self.text = text
        self.facts = facts
        self.coefficients = coefficients
        self.intercepts = intercepts
        self.slots = tuple(slots)
        self.reference = reference
        self.support = support or Support()
        self.meaning = meaning
        words = word_book(text)
        self._reader = TextReader(text, words)
        self._scorer = Scorer(text, np.asarray(coefficients[: text.n_features]), words)
        ends = text.n_features + facts.n_features
        self._fact_weights = np.asarray(coefficients[text.n_features : ends])
        self.toned, self.fallback = toned, fallback
        tone_rows = coefficients[ends : ends + toned * len(TONE_FEATURES)]
        self._tone_weights = np.asarray(tone_rows, dtype=np.float64)
        self._meaning_weights = np.asarray(coefficients[ends + len(self._tone_weights) :])
        self._outputs = Outputs(self.slots)
        self._p_values = PValues([own for slot in self.slots for own in slot.confidence.scores])
        self._fact_moves = [fact_moves(self._fact_weights[:, slot.columns]) for slot in self.slots]

    def told(self) -> list[str]:
        """Return which version it is, and where word lists answer."""
        named = self.reference
        which = "A model that is not published." if named is None else f"Model {named.name}, version {named.version}."
        return [which, *(["Word lists answer for the sentiment."] if self.fallback else [])]

    def cells(self) -> Cells:
        """Return one row for each class of each head, with its share of the history."""
        rows = ((slot.name, *pair) for slot in self.slots for pair in zip(slot.classes, slot.shares, strict=True))
        return ("head", "class", "share"), rows

    def __repr__(self) -> str:
        return " ".join(self.told())

    _repr_pretty_ = Shown._repr_pretty_

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
        predictions: list[Prediction] = []
        for batch in batched(self._reader.read([ticket.normalised for ticket in tickets]), _SERVED_CHARACTERS):
            members = tickets[len(predictions) : len(predictions) + batch.n_documents]
            facts = [self.facts.columns(fact_values(ticket, self.facts.names)) for ticket in members]
            predictions += self._predict(batch, facts, reasons)
        return predictions

    def explain(self, ticket: Ticket, *, about: Mapping[str, str] | None = None) -> Explanation:
        """Return every line that was added up to each head's log-odds.

        Parameters
        ----------
        ticket : Ticket
        about : mapping of str to str or None
            By head, a class to explain instead of the one that is answered.

        Returns
        -------
        Explanation
            A head's lines sum to the log-odds of the class against the mean of the others, before calibration.

        Raises
        ------
        BadOptionError
            When ``about`` names a head or a class that the model does not have.
        """
        asked = _known_classes(about or {}, self._classes())
        (batch,) = batched(self._reader.read([ticket.normalised]))
        facts = self.facts.columns(fact_values(ticket, self.facts.names))
        scored, beside = self._scorer.score(batch), self._beside(batch)
        moves = Moves.joined(
            [
                base_moves(self.intercepts),
                word_moves(scored),
                character_moves(scored, self.text, self.coefficients),
                *self._lines_beside(beside),
                fact_lines(self.facts.known, facts, self._fact_weights),
            ]
        )
        logits = self._completed(scored.logits, beside, [facts])
        probabilities, answers = self._outputs.answers(logits)
        heads = [
            head_explanation(slot, moves, answer, asked.get(slot.name, answer), logits[0, own], probabilities[0, own])
            for slot, answer in zip(self.slots, answers[0].tolist(), strict=True)
            for own in [slot.columns]
        ]
        if self.fallback and beside.tones is not None:
            heads.append(mood_explanation(beside.tones[0], asked.get(SENTIMENT.name)))
        return Explanation(ticket.ticket_id, self.reference, tuple(heads))

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
        done, parts = 0, [np.zeros((0, len(self.intercepts)))]
        for batch in self._reader.batches(texts, _SERVED_CHARACTERS):
            columns = [self.facts.columns(values) for values in facts[done : done + batch.n_documents]]
            parts.append(self._completed(self._scorer.score(batch).logits, self._beside(batch), columns))
            done += batch.n_documents
        return np.concatenate(parts)

    def matrix(self, texts: Sequence[str], facts: Sequence[FactValues]) -> sp.csr_array:
        """Return what the logits are made of: :meth:`logits_of` these rows are they.

        Parameters
        ----------
        texts, facts
            As for :meth:`logits`.

        Returns
        -------
        csr_array of shape (n_tickets, n_features), float64
            N-grams, facts, tone and meaning, in the order of ``coefficients``.
        """
        parts = [sp.csr_array((0, self.text.n_features))]
        beside = [np.zeros((0, len(self.coefficients) - self.text.n_features - self.facts.n_features))]
        for batch in self._reader.batches(texts, _SERVED_CHARACTERS):
            parts.append(text_rows(self._scorer.score(batch), self.text))
            own = [tones(batch.texts)] if self.toned else []
            own += [] if self.meaning is None else [self.meaning.block.encode(batch.texts)]
            beside.append(np.concatenate(own, axis=1) if own else np.zeros((batch.n_documents, 0)))
        blocks = [sp.vstack(parts), self.facts.transform(facts), sp.csr_array(np.concatenate(beside))]
        return sp.csr_array(sp.hstack(blocks), dtype=np.float64)

    def logits_of(self, X: sp.csr_array) -> np.ndarray:
        """Return every head's logits for rows that :meth:`matrix` gave, added up as :meth:`logits` adds them.

        Parameters
        ----------
        X : csr_array of shape (n_tickets, n_features)

        Returns
        -------
        ndarray of shape (n_tickets, n_outputs), float64
        """
        first = self.text.n_features
        text, facts = X[:, :first], X[:, first : first + self.facts.n_features]
        rest = X[:, first + self.facts.n_features :].toarray()
        tone, meaning = np.split(rest, [len(self._tone_weights)], axis=1)
        meant = None if self.meaning is None else added(meaning.astype(np.float32), self._meaning_weights)
        used = np.unique(text.indices)
        logits = text[:, used] @ np.asarray(self.coefficients[used], dtype=np.float64)
        facts.sort_indices()
        columns = [own.tolist() for own in np.split(facts.indices, facts.indptr[1:-1])]
        return self._completed(logits, _Beside(tone if self.toned else None, meant), columns)

    def as_sklearn(self, head: str) -> Pipeline:
        """Return one head as a fitted scikit-learn pipeline: ``features``, then ``head``.

        It answers with this model's own probabilities, unrounded, for a frame as ``read_tickets(...).tickets`` gives
        it, for tickets, or for texts alone. It is frozen: see :mod:`ticket_triage.modelling.trained` for what that
        means in ``cross_val_score`` and a search. Processes get copies of it (``n_jobs``).

        Parameters
        ----------
        head : str

        Returns
        -------
        sklearn.pipeline.Pipeline
            With ``classes_``, ``predict``, ``predict_proba`` and ``decision_function``.

        Raises
        ------
        BadOptionError
            When the model has no such head.

        Examples
        --------
        >>> from ticket_triage import train
        >>> from ticket_triage.intake.sample import sample_history
        >>> model = train(sample_history(600), heads=["category"], fast=True, models=None).model
        >>> pipeline = model.as_sklearn("category")
        >>> pipeline.predict(["the checkout refuses every card"]).tolist(), len(pipeline.classes_)
        (['checkout'], 8)
        """
        from ticket_triage.modelling.trained import as_pipeline  # serving does without scikit-learn

        return as_pipeline(self, head)

    def __reduce__(self) -> tuple[type[TriageModel], tuple[object, ...]]:
        own = self.text, self.facts, self.coefficients, self.intercepts, self.slots, self.reference, self.meaning
        return type(self), (*own, self.support, self.toned, self.fallback)

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
        probabilities, answers = self._outputs.answers(logits)
        return probabilities[:, slot.columns], answers[:, self.slots.index(slot)]

    def _classes(self) -> dict[str, tuple[str, ...]]:
        """Return each head's classes, by name."""
        by_name = {slot.name: slot.classes for slot in self.slots}
        return by_name | {SENTIMENT.name: SENTIMENT_LEVELS} if self.fallback else by_name

    def _beside(self, batch: TextBatch) -> _Beside:
        """Return what is found in a batch's texts beside their n-grams."""
        meant = None
        if self.meaning is not None:
            meant = added(self.meaning.block.encode(batch.texts), self._meaning_weights)
        return _Beside(tones(batch.texts) if self.toned or self.fallback else None, meant)

    def _lines_beside(self, beside: _Beside) -> list[Moves]:
        """Return what was found in the one text of a batch beside its n-grams, figure by figure."""
        lines = []
        if beside.tones is not None and self.toned:
            values = beside.tones[0, :, None] * self._tone_weights
            lines.append(Moves([TONE] * len(values), list(TONE_FEATURES), values))
        if beside.meant is not None:
            lines.append(Moves([MEANING], [WHOLE_TEXT], beside.meant))
        return lines

    def _completed(self, logits: np.ndarray, beside: _Beside, facts: Sequence[Sequence[int]]) -> np.ndarray:
        """Add the intercepts, tone and meaning and what the intake facts say to the n-grams' logits, in place."""
        logits += self.intercepts
        if beside.tones is not None and self.toned:
            logits += added(beside.tones, self._tone_weights)
        if beside.meant is not None:
            logits += beside.meant
        if self.facts.n_features:
            ends = np.array([*accumulate(map(len, facts), initial=0)])
            columns = np.array([*chain.from_iterable(facts)], dtype=np.int64)
            logits += added_rows(self._fact_weights.take(columns, axis=0), ends)
        return logits

    def _predict(self, batch: TextBatch, facts: Sequence[Sequence[int]], limit: int) -> list[Prediction]:
        scored, found = self._scorer.score(batch, traced=limit > 0), self._beside(batch)
        probabilities, answers = self._outputs.answers(self._completed(scored.logits, found, facts))
        words: list[list[list[Reason]]] = [[[] for _ in self.slots]] * batch.n_documents
        if limit and self.slots:
            words = strongest(scored, answers + self._outputs.starts, self._outputs.factors, limit)
        p_values = self._p_values.of(probabilities).round(_DIGITS).tolist()
        shares = probabilities.round(_DIGITS).tolist()
        beside = self._reasons_beside(found, answers) if limit else [_SILENT] * batch.n_documents
        others = zip(facts, beside, strict=True)
        rows = zip(answers.tolist(), shares, p_values, words, others, strict=True)
        heads = [self._heads(*row, limit) for row in rows]
        silences = self.support.abstentions(self.text, batch, scored.unknown_shares)
        if self.fallback and found.tones is not None:
            moods = zip(heads, mood_predictions(found.tones, limit), silences, strict=True)
            heads = [own if silence else (*own, mood) for own, mood, silence in moods]
        told = zip(heads, scored.unknown_shares, silences, strict=True)
        return [Prediction(own, self.reference, share, silence) for own, share, silence in told]

    def _reasons_beside(self, found: _Beside, answers: np.ndarray) -> list[Mapping[int, list[Reason]]]:
        """Return by text, and by head where there are any, how far tone and meaning moved its answer."""
        if not self.toned and found.meant is None:
            return [_SILENT] * len(answers)
        reasons: list[Mapping[int, list[Reason]]] = [{head: [] for head in range(len(self.slots))} for _ in answers]
        if found.tones is not None and self.toned:
            own = self._tone_weights.T[answers + self._outputs.starts] * found.tones[:, None, :]
            moved = (own * self._outputs.factors[:, None]).round(_DIGITS)
            for text, head, figure in np.argwhere(moved).tolist():
                reasons[text][head].append(Reason(TONE_FEATURES[figure], float(moved[text, head, figure])))
        if found.meant is not None:
            for own_reasons, values in zip(reasons, self._outputs.moved(found.meant, answers), strict=True):
                for head, value in enumerate(values):
                    own_reasons[head].append(Reason(WHOLE_TEXT, value))
        return reasons

    def _heads(
        self,
        answers: list[int],
        probabilities: list[float],
        p_values: list[float],
        words: list[list[Reason]],
        others: tuple[Sequence[int], Mapping[int, list[Reason]]],
        limit: int,
    ) -> tuple[HeadPrediction, ...]:
        """Return one ticket's predictions, given its facts' columns and what else moved which head."""
        heads = []
        facts, beside = others
        for number, slot in enumerate(self.slots):
            answer, columns = answers[number], self._outputs.columns[number]
            reasons: tuple[Reason, ...] = ()
            if limit:
                moves = self._fact_moves[number][answer]
                own = [Reason(self.facts.known[column], moves[column]) for column in facts]
                reasons = _strongest(words[number], [*own, *beside.get(number, ())], limit)
            shares, own_p_values = tuple(probabilities[columns]), tuple(p_values[columns])
            word, proven = slot.confidence.word(shares[answer]), slot.confidence.proven(answer, shares[answer])
            head = HeadPrediction(
                slot.name, slot.classes[answer], slot.classes, shares, reasons, "model", own_p_values, word, proven
            )
            heads.append(head)
        return tuple(heads)


def _strongest(words: list[Reason], beside: list[Reason], limit: int) -> tuple[Reason, ...]:
    """Return a ticket's strongest reasons, those beside its words among them."""
    least = abs(words[-1].contribution) if words and len(words) == limit else 0.0
    strong = [reason for reason in beside if abs(reason.contribution) > least]
    return tuple(sorted([*words, *strong], key=weakness)[:limit]) if strong else tuple(words)


def _known_classes(about: Mapping[str, str], by_name: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """Return the position of each head's class, refusing names that are none."""
    for head, name in about.items():
        if head not in by_name:
            raise BadOptionError(f"The model has no head {head!r}; {nearest(head, by_name)}")
        if name not in by_name[head]:
            raise BadOptionError(f"The head {head!r} has no class {name!r}; {nearest(name, by_name[head])}")
    return {head: by_name[head].index(name) for head, name in about.items()}
