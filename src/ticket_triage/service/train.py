"""Train a model from a history with labels, judge it honestly, and publish it when it found anything."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial as bound
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeAlias

from ticket_triage.domain.shown import Tabled
from ticket_triage.errors import BadOptionError, nearest
from ticket_triage.intake.formats import is_database
from ticket_triage.intake.parts import ParquetParts
from ticket_triage.intake.reading import Reading, read_tickets
from ticket_triage.intake.settled import settled_labels
from ticket_triage.modelling.encoder.block import check_mode
from ticket_triage.modelling.encoder.folder import EncoderFolder, read_folder
from ticket_triage.modelling.partial import train_in_parts
from ticket_triage.modelling.recipe import Recipe
from ticket_triage.modelling.training import Progress, TrainingResult, train_model
from ticket_triage.policy import load_policy
from ticket_triage.service.contracts import Contract, contracts
from ticket_triage.service.costs import CostReport, cost_report
from ticket_triage.service.learning import CurvePoint, learning_curve
from ticket_triage.service.models import DEFAULT_MODELS, DEFAULT_NAME, check_place
from ticket_triage.service.monitor import asked
from ticket_triage.service.publish import Published, publish_candidate

if TYPE_CHECKING:
    import pandas as pd

    from ticket_triage.domain.labels import Head
    from ticket_triage.modelling.evaluation import HeadReport
    from ticket_triage.modelling.model import TriageModel

Source: TypeAlias = "str | Path | pd.DataFrame"
"""What tickets are read from."""

MappingSource: TypeAlias = "str | Path | Mapping[str, Any] | None"
"""How a source's columns are named."""


@dataclass(frozen=True, slots=True, repr=False)
class Trained(Tabled):
    """What came of a training run.

    Parameters
    ----------
    name : str
    model : TriageModel
        With the heads in which a signal was found.
    version : Path or None
        Where it was published; None when it was not, because nothing was found or nobody asked.
    reports : tuple of HeadReport
        One per head that had labels, on tickets the model had not seen.
    warnings : tuple of str
        What a person should know before relying on it.
    data : dict
        What was read, learnt from and judged on.
    ablation : dict
        By head, the figures as chosen and with one part of the recipe at a time taken away; empty unless asked for.
    seconds : float
        From texts to calibrated model, the judging included.
    published : Published or None
        Whether the version is in use, and what the gate said of it.
    costs : CostReport or None
        What acting on its urgency would have cost on the tickets it was judged by, under the shipped policy.
    contracts : tuple of Contract
        What may be set without a person, under the shipped policy.
    learning_curve : tuple of CurvePoint
        Figures after learning from parts of the history; empty when not asked for.
    """

    name: str
    model: TriageModel
    version: Path | None
    reports: tuple[HeadReport, ...]
    warnings: tuple[str, ...]
    data: dict[str, Any]
    ablation: dict[str, list[dict[str, Any]]]
    seconds: float
    published: Published | None
    costs: CostReport | None = None
    contracts: tuple[Contract, ...] = ()
    learning_curve: tuple[CurvePoint, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether any head found a signal."""
        return bool(self.model.slots)

    def told(self) -> list[str]:
        """Return how much was used, whether anything was found, and every warning."""
        found = "each head is judged on tickets it had not seen" if self.usable else "no signal was found"
        return [f"{self.data['rows']:,} labelled tickets; {found}.", *self.warnings]

    def table(self) -> pd.DataFrame:
        """Return one row for each head; ``low`` and ``high`` bound the accuracy (95 %)."""
        import pandas as pd

        return pd.DataFrame([report.figures() for report in self.reports])

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values, ready for JSON."""
        return {
            "name": self.name,
            "version": None if self.version is None else self.version.name,
            "usable": self.usable,
            "published": None if self.published is None else self.published.as_dict(),
            "seconds": round(self.seconds, 2),
            "data": self.data,
            "heads": [report.as_dict() for report in self.reports],
            "ablation": self.ablation,
            "costs": None if self.costs is None else self.costs.as_dict(),
            "contracts": [contract.as_dict() for contract in self.contracts],
            "learning_curve": [point.as_dict() for point in self.learning_curve],
            "warnings": list(self.warnings),
        }


def train(
    history: Source,
    *,
    mapping: MappingSource = None,
    test: Source | None = None,
    heads: Sequence[str] | None = None,
    fast: bool = False,
    encoder: str | Path | None = None,
    encoder_mode: str | None = None,
    seed: int = 0,
    ablate: bool = False,
    models: str | Path | None = DEFAULT_MODELS,
    name: str = DEFAULT_NAME,
    progress: Progress = lambda _what, _share: None,
    timer: Callable[[], float] = time.perf_counter,
    now: datetime | None = None,
    curve: bool = False,
    partial: bool = False,
) -> Trained:
    """Train every head that has labels, publish the model, and use it when it is not worse than the one in use.

    Parameters
    ----------
    history : str, Path or DataFrame
        Labelled tickets, from any source that :func:`ticket_triage.read_tickets` reads.
    mapping : str, Path, mapping or None
        How the history's columns are named.
    test : str, Path, DataFrame or None
        Labelled tickets to judge by, read with the same mapping; None holds out a fifth of the history.
    heads : sequence of str or None
        Names of the heads to train; None trains all that have labels.
    fast : bool, default=False
        Words alone, slips of spelling left as they are, for a quick answer.
    encoder : str, Path or None
        A folder in sentence-transformers layout; its sentence meaning is tried beside the n-grams.
    encoder_mode : {"static", "full"} or None
        A table of token vectors distilled from it (the default), or the encoder itself.
    seed : int, default=0
    ablate : bool, default=False
        Whether to measure what each part of the recipe brings to each head; costs a few fits more.
    models : str, Path or None, default="models"
        Where to publish; None publishes nothing.
    name : str, default="default"
    progress : callable
        Called with what is being done and the share that is behind.
    timer : callable
        Seconds on a clock that only runs forward.
    now : datetime or None
        The moment to record when the version is put into use; None takes the machine's clock.
    curve : bool, default=False
        Train on parts of the history as well, to see how much more labels would help; about doubles the time.
    partial : bool, default=False
        Read a Parquet file of any size in parts, in flat memory; learns from words alone, and judges by the last ones.

    Returns
    -------
    Trained

    Raises
    ------
    InputError
        When the history cannot be read, a head is unknown, or nothing can be published there.
    MissingExtraError
        When an encoder is named but the extra ``semantic`` is not installed.
    TrainingError
        When it cannot teach what was asked.

    Examples
    --------
    >>> from ticket_triage.intake.sample import sample_history
    >>> trained = train(sample_history(600), heads=["category"], fast=True, models=None)
    >>> trained.usable, [report.head for report in trained.reports]
    (True, ['category'])
    """
    if models is not None:
        check_place(Path(models), name)
    if partial:
        others = {"test": test, "fast": fast, "encoder": encoder, "ablate": ablate, "curve": curve}
        parts = _parts(history, mapping, [name for name, value in others.items() if value])
        begun = timer()
        chosen = _chosen(parts.heads, heads)
        result = _in_parts(parts, chosen, seed, progress)
        refused = parts.n_rows - result.about["training"]["rows"]
        run = _Run(result, parts, chosen, timer() - begun, parts.n_rows, refused)
        return _told(run, models, name, now)
    meant = _encoder(encoder, encoder_mode)
    progress("Reading tickets", 0.0)
    reading = read_tickets(history, mapping)
    judged = None if test is None else read_tickets(test, mapping)
    chosen = _chosen(reading.heads, heads)
    begun = timer()
    train_on = bound(
        train_model,
        heads=chosen,
        facts=reading.fact_columns,
        recipe=Recipe.named("fast" if fast else "default"),
        encoder=meant,
        encoder_mode=encoder_mode or "static",
        seed=seed,
        progress=progress,
    )
    result = train_on(reading.tickets, test=None if judged is None else judged.tickets, ablate=ablate)
    seconds = timer() - begun
    points: tuple[CurvePoint, ...] = ()
    if curve:
        points = learning_curve(result, reading.tickets, lambda part, test: train_on(part, test=test), seed)
    told = tuple(_settled(reading, chosen))
    run = _Run(result, reading.tickets, chosen, seconds, reading.rows_read, reading.rows_refused, told, points)
    return _told(run, models, name, now)


@dataclass(frozen=True, slots=True)
class _Run:
    """What was learnt, from what, and what is known of it before it is published."""

    result: TrainingResult
    history: pd.DataFrame | ParquetParts
    heads: Sequence[Head]
    seconds: float
    rows_read: int
    rows_refused: int
    warnings: tuple[str, ...] = ()
    points: tuple[CurvePoint, ...] = ()


def _told(run: _Run, models: str | Path | None, name: str, now: datetime | None) -> Trained:
    """Judge what a model costs and may do, publish it where asked, and say all of it."""
    result, policy = run.result, load_policy()
    costs, proven = cost_report(result.model, result.judged, run.heads, policy), contracts(result.model, policy)
    lost = () if costs is None or costs.sentence is None else (costs.sentence,)
    warnings = (*run.warnings, *result.notes, *_no_signal(result), *lost)
    published = None
    if models is not None and result.usable:
        predictions, seen = asked(result.model, result.judged)
        about = _about(result, warnings, costs, proven) | {"reference": seen.as_dict()}
        at = now or datetime.now(UTC)
        judged = run.history, run.heads, predictions
        published = publish_candidate(result, *judged, about, models=Path(models), name=name, now=at)
    version = None if published is None else published.version
    data = {**result.about["training"], "read": run.rows_read, "refused": run.rows_refused}
    ablation = result.about.get("ablation", {})
    told = result.reports, warnings, data, ablation, run.seconds
    return Trained(name, result.model, version, *told, published, costs, proven, run.points)


def _parts(history: Source, mapping: MappingSource, others: Sequence[str]) -> ParquetParts:
    """Refuse what cannot be done in parts, before anything takes time."""
    if others:
        raise BadOptionError(f"Training in parts knows no {others[0]!r}; leave it out, or leave 'partial' out.")
    if not isinstance(history, str | Path) or is_database(history):
        raise BadOptionError("Training in parts reads a Parquet file; name one, or leave 'partial' out.")
    return ParquetParts(history, mapping)


def _in_parts(parts: ParquetParts, heads: Sequence[Head], seed: int, progress: Progress) -> TrainingResult:
    def frames() -> Iterator[pd.DataFrame | None]:
        return (None if reading is None else reading.tickets for reading in parts)

    with TemporaryDirectory(prefix="triage-") as folder:
        return train_in_parts(
            frames, parts.n_parts, Path(folder), heads=heads, n_rows=parts.n_rows, seed=seed, progress=progress
        )


def _chosen(known: Sequence[Head], wanted: Sequence[str] | None) -> list[Head]:
    if wanted is None:
        return list(known)
    by_name = {head.name: head for head in known}
    named = [wanted] if isinstance(wanted, str) else list(dict.fromkeys(wanted))
    for name in named or [""]:
        if name not in by_name:
            raise BadOptionError(f"There is no head {name!r}; {nearest(name, by_name)}")
    return [by_name[name] for name in named]


def _encoder(folder: str | Path | None, mode: str | None) -> EncoderFolder | None:
    """Check what was said of an encoder before anything else takes time."""
    if mode is not None:
        check_mode(mode)
    if folder is None and mode is not None:
        raise BadOptionError("An encoder mode was given but no encoder; name its folder too, or leave the mode out.")
    return None if folder is None else read_folder(folder)


def _settled(reading: Reading, heads: Sequence[Head]) -> list[str]:
    present = [head for head in heads if head.name in reading.tickets.columns]
    return [settled.sentence for settled in settled_labels(reading.tickets, present)]


def _no_signal(result: TrainingResult) -> list[str]:
    return [
        f"{report.head}: no signal found. On {report.rows:,} held-out tickets the model is no better than the plain "
        f"shares of the classes (log loss {report.log_loss:.3f} against {report.prior_log_loss:.3f}), so this head "
        "will not answer. Check that the labels were set by people who had read the tickets."
        for report in result.reports
        if not report.signal
    ]


def _about(
    result: TrainingResult, warnings: Sequence[str], costs: CostReport | None, proven: Sequence[Contract]
) -> dict[str, Any]:
    return {
        **result.about,
        "reports": [report.as_dict() for report in result.reports],
        "costs": None if costs is None else costs.as_dict(),
        "contracts": [contract.as_dict() for contract in proven],
        "warnings": list(warnings),
    }
