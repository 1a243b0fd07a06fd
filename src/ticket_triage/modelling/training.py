"""From a history with labels to a model and an honest report on tickets it had not seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import joblib
import numpy as np
import pandas as pd
import scipy.sparse as sp
from threadpoolctl import threadpool_limits

from ticket_triage.domain.labels import SENTIMENT, Head
from ticket_triage.domain.text import ticket_text
from ticket_triage.domain.ticket import LATER_COLUMNS
from ticket_triage.errors import LaterColumnError, NoLabelsError
from ticket_triage.modelling.anonymity import requester_numbers
from ticket_triage.modelling.assembly import Fitted, assembled, choices, fitted_head
from ticket_triage.modelling.encoder.block import BLOCK_WEIGHTS, MEANING, Meaning, open_meaning
from ticket_triage.modelling.encoder.folder import EncoderFolder
from ticket_triage.modelling.evaluation import HeadReport, positions
from ticket_triage.modelling.facts import FactFeatures, FactValues
from ticket_triage.modelling.heads import Block, CalibratedLinearClassifier
from ticket_triage.modelling.margins import Solver, warmed
from ticket_triage.modelling.model import TriageModel
from ticket_triage.modelling.ngrams import TextBatch
from ticket_triage.modelling.notes import FALLBACK_NOTE, machine_note, no_labels, rare_note
from ticket_triage.modelling.origin import encoder_about, origin
from ticket_triage.modelling.precision import Judged
from ticket_triage.modelling.rare import Labelled, with_rare_runs
from ticket_triage.modelling.reading import TextReader, learning_batches_of
from ticket_triage.modelling.recipe import Recipe
from ticket_triage.modelling.splitting import (
    grouped,
    hold_out_groups,
    hold_out_newest,
    near_identical_groups,
    signatures,
)
from ticket_triage.modelling.support import fit_support
from ticket_triage.modelling.tfidf import TfidfFeatures, batched, normalised
from ticket_triage.modelling.tone import TONE, TONE_WEIGHTS, tones

Progress = Callable[[str, float], None]
"""Called with what is being done and the share of the whole that is behind, in [0, 1]."""

_HELD_OUT = 0.2
_DATED_SHARE = 0.9
_LEAST_NEW = 0.25
"""Under this share of new texts, the newest fifth says what the older tickets said, and cannot judge."""
_REPEATS_WORTH_SAYING = 0.01
_VALUES_PER_CHARACTER = (0.17, 1.5)
"""N-grams that a text has beside its length, of words alone and of words and characters."""


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """A trained model and what is to be said of it.

    Parameters
    ----------
    model : TriageModel
        With the heads in which a signal was found.
    reports : tuple of HeadReport
        One per head that had labels, on held-out tickets.
    about : dict
        Training data, recipe and environment, as plain values.
    notes : tuple of str
        What a person should know before using the model.
    learn : ndarray of shape (n_learnt,), int
        Rows of the history that were learnt from.
    signatures : ndarray of shape (n_tickets, 4), uint64
        Of every text of the history, see ``splitting.signatures``.
    judged : DataFrame
        The tickets to judge by.
    sample : tuple of (list of str, ndarray of int)
        Normalised texts learnt from and their rows among ``signatures``: all of them, or some where they are not held
        in memory.
    """

    model: TriageModel
    reports: tuple[HeadReport, ...]
    about: dict[str, Any]
    notes: tuple[str, ...]
    learn: np.ndarray
    signatures: np.ndarray
    judged: pd.DataFrame
    sample: tuple[list[str], np.ndarray]

    @property
    def usable(self) -> bool:
        """Whether any head found a signal."""
        return any(report.signal for report in self.reports)


@dataclass(frozen=True, slots=True)
class _Tickets:
    """Tickets and their texts, normalised once for all that read them."""

    frame: pd.DataFrame
    plain: list[str]

    @classmethod
    def among(cls, frame: pd.DataFrame, plain: list[str], rows: np.ndarray) -> _Tickets:
        """Return some of them."""
        return cls(frame.iloc[rows], [plain[row] for row in rows.tolist()])


@dataclass(frozen=True, slots=True)
class _Samples:
    """Tickets as heads learn from them: n-grams and facts, and by name what may be put beside these.

    And ``unseen``: n-grams and facts as they look to a model that has not learnt from the tickets.
    """

    X: Any
    unseen: Any
    beside: dict[str, np.ndarray]

    def of(self, rows: np.ndarray, blocks: Sequence[Block], *, learnt: bool = True) -> Any:
        """Return the features of some tickets, the blocks last."""
        parts = [
            (self.X if learnt else self.unseen)[rows],
            *(sp.csr_array(self.beside[block.name][rows]) for block in blocks),
        ]
        return sp.hstack(parts, format="csr") if blocks else parts[0]


def train_model(
    history: pd.DataFrame,
    *,
    heads: Sequence[Head],
    facts: Sequence[str] = (),
    recipe: Recipe | None = None,
    test: pd.DataFrame | None = None,
    encoder: EncoderFolder | None = None,
    encoder_mode: str = "static",
    seed: int = 0,
    ablate: bool = False,
    n_jobs: int | None = None,
    progress: Progress = lambda _what, _share: None,
) -> TrainingResult:
    """Train every head that has labels, on one shared matrix, and judge it on held-out tickets.

    Parameters
    ----------
    history : DataFrame of shape (n_tickets, n_columns)
        As ``intake.read_tickets`` returns it.
    heads : sequence of Head
    facts : sequence of str
        Columns, known at intake, to learn from beside the text.
    recipe : Recipe or None
        None takes the shipped default.
    test : DataFrame or None
        Labelled tickets to judge by; None holds out the newest fifth of the history, or whole groups of
        near-identical tickets drawn by lot where tickets have no dates.
    encoder : EncoderFolder or None
        Whose sentence meaning is tried beside the n-grams; a head that does better without has none of it.
    encoder_mode : {"static", "full"}, default="static"
        A table of token vectors distilled from it, or the encoder itself.
    seed : int
    ablate : bool
        Whether to measure what each part of the recipe brings to each head.
    n_jobs : int or None
        Processes at most; None takes every core. The result does not depend on it.
    progress : callable

    Returns
    -------
    TrainingResult

    Raises
    ------
    NoLabelsError
        When no head has two classes with enough labels.
    LaterColumnError
        When a fact is a column that is only known later.
    EncoderError, MissingExtraError
        When the encoder cannot be run.
    """
    recipe = recipe or Recipe.named("default")
    _refuse_later(facts)
    n_jobs = n_jobs or joblib.cpu_count()
    trainer = _Trainer(recipe, heads, seed, n_jobs, progress, ablate)
    texts = texts_of(history)
    with warmed(n_jobs, _values_to_fit(texts, history, heads, recipe)):
        return _trained(trainer, history, texts, facts, test, encoder, encoder_mode)


def _values_to_fit(texts: Sequence[str], history: pd.DataFrame, heads: Sequence[Head], recipe: Recipe) -> int:
    """Return about how many values times classes the largest head will be fitted on."""
    per_character = _VALUES_PER_CHARACTER[recipe.characters is not None]
    n_classes = max((history[head.name].nunique() for head in heads if head.name in history), default=0)
    return int(per_character * sum(map(len, texts)) * n_classes)


def _trained(
    trainer: _Trainer,
    history: pd.DataFrame,
    texts: list[str],
    facts: Sequence[str],
    test: pd.DataFrame | None,
    encoder: EncoderFolder | None,
    encoder_mode: str,
) -> TrainingResult:
    trainer.progress("Splitting the history", 0.0)
    plain = [*map(normalised, texts)]
    bands = signatures(batched(plain))
    groups = grouped(bands)
    place, split = _split(history, groups, test, trainer.seed)
    learn = np.flatnonzero(place == 0)
    if test is None:
        judged = _Tickets.among(history, plain, np.flatnonzero(place == 1))
    else:
        judged = _Tickets(test, [*map(normalised, texts_of(test))])
        trainer.note_repeats(plain, judged.plain)
    with threadpool_limits(1):  # sums in the same order, whatever the machine
        meaning = None if encoder is None else trainer.open_meaning(encoder, encoder_mode)
        fitted, text, known = trainer.run(_Tickets.among(history, plain, learn), groups[learn], facts, judged, meaning)
    kept = [entry for entry in fitted if entry.report.signal]
    support = fit_support(text, batched(judged.plain))
    model = assembled(text, known, meaning, kept, support, trainer.note_fallback(fitted))
    about = origin(history, learn, judged.frame, split, trainer.recipe, trainer.seed, trainer.held_back)
    about["choices"] = choices(fitted)
    if meaning is not None:
        about["encoder"] = encoder_about(meaning, fitted)
        trainer.note_meaning(model)
    if trainer.ablate:
        about["ablation"] = {
            entry.head.name: [part.as_dict() for part in entry.classifier.ablation_] for entry in fitted
        }
    reports = tuple(entry.report for entry in fitted)
    sample = [plain[row] for row in learn.tolist()], learn
    return TrainingResult(model, reports, about, tuple(trainer.notes), learn, bands, judged.frame, sample)


def texts_of(frame: pd.DataFrame) -> list[str]:
    """Return the one text of each row.

    Parameters
    ----------
    frame : DataFrame
        With ``subject``, ``body`` or both.
    """
    subjects, bodies = (_column(frame, name) for name in ("subject", "body"))
    return [ticket_text(subject, body) for subject, body in zip(subjects, bodies, strict=True)]


def facts_of(frame: pd.DataFrame, names: Sequence[str]) -> list[FactValues]:
    """Return each row's values of the named columns; None for a column the frame does not have."""
    columns = [frame[name].astype(object).tolist() if name in frame else [None] * len(frame) for name in names]
    return list(zip(*columns, strict=True)) if names else [()] * len(frame)


class _Trainer:
    """The steps of one run, and what they noticed."""

    def __init__(
        self, recipe: Recipe, heads: Sequence[Head], seed: int, n_jobs: int, progress: Progress, ablate: bool
    ) -> None:
        self.recipe, self.heads, self.seed, self.n_jobs, self.progress = recipe, heads, seed, n_jobs, progress
        self.ablate = ablate
        self.notes: list[str] = []
        self.optional: tuple[int, int] | None = None
        self.held_back: int | None = None

    def open_meaning(self, encoder: EncoderFolder, mode: str) -> Meaning:
        """Return the encoder ready to be learnt with, distilled if so asked."""
        return open_meaning(
            encoder, mode, self.n_jobs, lambda share: self.progress("Reading the encoder", 0.02 * share)
        )

    def run(
        self,
        tickets: _Tickets,
        groups: np.ndarray,
        facts: Sequence[str],
        judged: _Tickets,
        meaning: Meaning | None,
    ) -> tuple[list[Fitted], TfidfFeatures, FactFeatures]:
        """Return the fitted heads and the features they share."""
        history = tickets.frame
        found = ((head, self._labels(history, head)) for head in self.heads)
        labels = {head: column for head, column in found if column is not None}
        if not labels:
            raise NoLabelsError(no_labels(self.heads, self.recipe.class_min_rows))
        self.progress("Reading n-grams", 0.02)
        names = _column(history, "requester").tolist()
        requesters = requester_numbers(names)
        read = list(learning_batches_of(tickets.plain))
        text, matrix = TfidfFeatures.learn(
            read,
            self.recipe.blocks,
            min_df=self.recipe.min_df,
            keep=True,
            requesters=requesters,
        )
        self.held_back = None if requesters is None else text.held_back
        unseen = matrix
        if requesters is None:
            self._note_unnamed(sum(name != "" for name in names), len(names))
            text, matrix, unseen = self._with_rare_runs(text, matrix, read, [*labels.values()], groups)
        values = facts_of(history, facts)
        known = FactFeatures.learn(values, facts, min_rows=self.recipe.fact_min_rows, requesters=requesters)
        own = known.transform(values)
        X = sp.hstack([matrix, own], format="csr")
        X_unseen = X if unseen is matrix else sp.hstack([unseen, own], format="csr")
        read_judged = list(TextReader(text).batches_of(judged.plain))
        judged_text = text.stacked(text.rows(batch) for batch in read_judged)
        X_judged = sp.hstack([judged_text, known.transform(facts_of(judged.frame, facts))], format="csr")
        self.optional = text.optional
        toned = any(head.name == SENTIMENT.name for head in labels)
        learnt = _Samples(X, X_unseen, self._beside(read, meaning, toned))
        later = _Samples(X_judged, X_judged, self._beside(read_judged, meaning, toned))
        fitted = []
        for done, (head, column) in enumerate(labels.items()):
            self.progress(f"Training {head.name}", 0.1 + 0.9 * done / len(labels))
            fitted.append(self._fit(head, column, learnt, groups, later, judged))
        self.progress("Done", 1.0)
        return fitted, text, known

    def _with_rare_runs(
        self, text: TfidfFeatures, matrix: Any, read: list[TextBatch], labels: list[np.ndarray], groups: np.ndarray
    ) -> tuple[TfidfFeatures, Any, Any]:
        """Return the features with runs of words that a single ticket has, where that is worth it."""
        if self.recipe.rare_words is None:
            return text, matrix, matrix
        self.progress("Weighing rare words", 0.06)
        heads = [Labelled.of(column, groups, self.recipe.folds, self.seed) for column in labels]
        solver = Solver(self.recipe.balance, self.recipe.tolerance, self.seed, self.n_jobs)
        return with_rare_runs(text, matrix, read, self.recipe.rare_words, heads, solver)

    def _beside(self, read: list[TextBatch], meaning: Meaning | None, toned: bool) -> dict[str, np.ndarray]:
        """Return what is known of texts as the model reads them, beside their n-grams: a row a text."""
        texts = [text for batch in read for text in batch.texts]
        found = {TONE: tones(texts).astype(np.float32)} if toned else {}
        if meaning is not None:
            found[MEANING] = meaning.block.encode(
                texts, lambda share: self.progress("Reading meanings", 0.02 + 0.08 * share)
            )
        return found

    def _labels(self, history: pd.DataFrame, head: Head) -> np.ndarray | None:
        """Return the labels to learn from, empty where there is none; None when there are too few."""
        column = labels_of(history, head)
        self._note_machine(head, int((_column(history, head.name) != "").sum() - (column != "").sum()))
        classes, counts = np.unique(column[column != ""], return_counts=True)
        rare = classes[counts < self.recipe.class_min_rows]
        if len(rare) < len(classes):
            self._note_rare(head, rare)
        column[np.isin(column, rare)] = ""
        return column if len(classes) - len(rare) >= 2 else None

    def _note_unnamed(self, named: int, rows: int) -> None:
        """Say so when some tickets name a requester, but too few for counting them to protect anybody."""
        if named:
            self.notes.append(
                f"{named:,} of {rows:,} tickets name a requester: too few to leave out what only one or two people "
                "wrote, so words of theirs may be in the model. Name the requester of at least half of the tickets."
            )

    def _note_machine(self, head: Head, rows: int) -> None:
        if rows:
            self.notes.append(machine_note(head, rows))

    def _note_rare(self, head: Head, rare: np.ndarray) -> None:
        if len(rare):
            self.notes.append(rare_note(head, rare.tolist(), self.recipe.class_min_rows))

    def note_repeats(self, learnt: Sequence[str], judged: Sequence[str]) -> None:
        """Say when the tickets to judge by are among those to learn from."""
        known = set(learnt)
        repeated = sum(text in known for text in judged)
        if repeated > _REPEATS_WORTH_SAYING * len(judged):
            self.notes.append(
                f"{repeated:,} of the {len(judged):,} tickets to judge by say word for word what a ticket of the "
                "history says: the figures flatter the model. Judge by tickets it has not learnt from."
            )

    def note_meaning(self, model: TriageModel) -> None:
        """Say when the encoder was of no use."""
        if model.slots and model.meaning is None:
            self.notes.append("The encoder brought nothing to any head, so the model does without it.")

    def note_fallback(self, fitted: Sequence[Fitted]) -> bool:
        """Say when sentiment was asked for but has no labels, so that word lists are to answer for it."""
        asked, learnt = {head.name for head in self.heads}, {entry.head.name for entry in fitted}
        if SENTIMENT.name not in asked - learnt:
            return False
        self.notes.append(FALLBACK_NOTE)
        return True

    def _fit(
        self,
        head: Head,
        column: np.ndarray,
        learnt: _Samples,
        groups: np.ndarray,
        later: _Samples,
        judged: _Tickets,
    ) -> Fitted:
        rows = np.flatnonzero(column != "")
        present = set(column[rows].tolist())
        classes = [level for level in head.levels if level in present] if head.levels else sorted(present)
        blocks = _blocks(head, learnt)
        classifier = CalibratedLinearClassifier(
            self.recipe.C,
            balance=self.recipe.balance,
            folds=self.recipe.folds,
            tol=self.recipe.tolerance,
            ordered=head.ordered,
            classes=classes,
            optional=self.optional,
            ablate=self.ablate,
            n_jobs=self.n_jobs,
            random_state=self.seed,
            blocks=blocks,
        )
        unseen = None if learnt.unseen is learnt.X else learnt.of(rows, blocks, learnt=False)
        classifier.fit(learnt.of(rows, blocks), column[rows], groups=groups[rows], unseen=unseen)
        truth = positions(column[rows], classes)
        folds = Judged(classifier.held_out_probabilities_, classifier.held_out_answers_, truth, groups[rows])
        return fitted_head(head, classifier, truth, folds, self._judged(head, classifier, later, judged))

    def _judged(self, head: Head, classifier: CalibratedLinearClassifier, later: _Samples, judged: _Tickets) -> Judged:
        truth = labels_of(judged.frame, head)
        rows = np.flatnonzero(truth != "")
        if not len(rows):
            raise NoLabelsError(f"There is no ticket with a label of {head.name} to judge it by; give some in --test.")
        classes = classifier.classes_.tolist()
        X = later.of(rows, classifier.blocks)
        return Judged(
            classifier.predict_proba(X),
            positions(classifier.balanced_answer(X), classes),
            positions(truth[rows], classes),
            near_identical_groups(batched([judged.plain[row] for row in rows])),
        )


def _blocks(head: Head, samples: _Samples) -> tuple[Block, ...]:
    """Return what a head tries beside n-grams and facts: the tone where it asks for a mood, and the meaning."""
    weights = {TONE: TONE_WEIGHTS if head.name == SENTIMENT.name else (), MEANING: BLOCK_WEIGHTS}
    return tuple(
        Block(name, beside.shape[1], weights[name]) for name, beside in samples.beside.items() if weights[name]
    )


def labels_of(frame: pd.DataFrame, head: Head) -> np.ndarray:
    """Return a head's labels as text, empty where there is none or a machine set it and nobody touched it.

    Parameters
    ----------
    frame : DataFrame
    head : Head

    Returns
    -------
    ndarray of shape (n_rows,), str objects
    """
    labels = _column(frame, head.name)
    labels[_column(frame, f"{head.name}_source") == "machine"] = ""
    return labels


def _column(frame: pd.DataFrame, name: str) -> np.ndarray:
    if name not in frame:
        return np.full(len(frame), "", dtype=object)
    return frame[name].astype(object).where(frame[name].notna(), "").to_numpy(dtype=object, copy=True)


def _refuse_later(facts: Sequence[str]) -> None:
    later = [name for name in facts if name in LATER_COLUMNS]
    if later:
        raise LaterColumnError(
            f"Column {later[0]!r} is only known after a ticket was handled, so no model may learn from it; "
            "take it out of the mapping's [intake] columns."
        )


def _split(history: pd.DataFrame, groups: np.ndarray, test: pd.DataFrame | None, seed: int) -> tuple[np.ndarray, str]:
    if test is not None:
        return np.zeros(len(history), dtype=np.int8), "given test file"
    if "opened_at" in history and history["opened_at"].notna().mean() >= _DATED_SHARE:
        opened_at = history["opened_at"].dt.tz_convert(None).to_numpy()
        place = hold_out_newest(opened_at, groups, _HELD_OUT)
        if (place == 1).mean() >= _HELD_OUT * _LEAST_NEW:
            return place, "newest fifth, without texts already seen"
    return hold_out_groups(
        groups, _HELD_OUT, np.random.default_rng(seed)
    ), "a fifth by lot, near-identical texts together"
