"""Predict and decide a file of tickets, and write the answers where they can be opened."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ticket_triage.domain.decision import Decision, moment
from ticket_triage.domain.labels import DEFAULT_HEADS
from ticket_triage.errors import BadOptionError
from ticket_triage.intake.reading import Reading, read_tickets
from ticket_triage.intake.rows import tickets_from
from ticket_triage.service.assess import Assessor, build_assessor
from ticket_triage.service.models import DEFAULT_MODELS, DEFAULT_NAME, load_model

if TYPE_CHECKING:
    from ticket_triage.domain.prediction import Prediction
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.modelling.training import Progress
    from ticket_triage.service.train import MappingSource, Source

_CHUNK = 1024
_ENDINGS = (".csv", ".csv.gz", ".jsonl", ".parquet")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")


@dataclass(frozen=True, slots=True)
class Predicted:
    """What came of a run over a file.

    Parameters
    ----------
    answers : DataFrame of shape (n_tickets, n_columns)
    reading : Reading
        What was read, and which rows were left out.
    missing : str or None
        Why rules alone decided; None when a model predicted.
    """

    answers: pd.DataFrame
    reading: Reading
    missing: str | None


def predict(
    tickets: Source,
    *,
    now: datetime,
    mapping: MappingSource = None,
    models: str | Path = DEFAULT_MODELS,
    name: str = DEFAULT_NAME,
    policy: str | Path | None = None,
    model_only: bool = False,
    receipts: Callable[[str], None] | None = None,
    progress: Progress = lambda _what, _share: None,
) -> Predicted:
    """Predict every ticket, and decide it unless only the model is asked for.

    Parameters
    ----------
    tickets : str, Path or DataFrame
    now : datetime
        The moment to decide for, UTC-aware.
    mapping : str, Path, mapping or None
    models : str or Path, default="models"
    name : str, default="default"
    policy : str, Path or None
        None takes the shipped policy.
    model_only : bool, default=False
        Leave the policy out; then a model is needed.
    receipts : callable or None
        Called with each receipt as one line of JSON.
    progress : callable

    Returns
    -------
    Predicted

    Raises
    ------
    InputError, PolicyError
        When tickets or policy cannot be read.
    ModelError
        When ``model_only`` and the model cannot be used. Otherwise rules alone decide, and ``missing`` says why.
    """
    progress("Reading tickets", 0.0)
    reading = read_tickets(tickets, mapping, labelled=False)
    listed = tickets_from(reading.tickets)
    if model_only:
        model = load_model(models, name)
        rows = _in_chunks(listed, lambda part: map(_prediction_row, part, model.predict(part, reasons=0)), progress)
        return Predicted(pd.DataFrame(rows), reading, None)
    assessor = build_assessor(Path(models), name, None if policy is None else Path(policy))
    rows = _in_chunks(listed, lambda part: _decided(assessor, part, now, receipts), progress)
    return Predicted(pd.DataFrame(rows), reading, assessor.missing)


def write_answers(answers: pd.DataFrame, path: Path) -> None:
    """Write answers whole or not at all; cells that a spreadsheet would run are made text.

    Parameters
    ----------
    answers : DataFrame
    path : Path
        Ending in ``.csv``, ``.csv.gz``, ``.jsonl`` or ``.parquet``.

    Raises
    ------
    BadOptionError
        When the ending is another, or the folder cannot be written to.
    """
    check_ending(path)
    with _drafted(path) as draft:
        _write(answers, draft)


@contextmanager
def lines_to(path: Path) -> Iterator[Callable[[str], None]]:
    """Give a function that keeps lines; they appear in the file when all went well, and not at all otherwise.

    Raises
    ------
    BadOptionError
        When the folder cannot be written to.
    """
    with _drafted(path) as draft, draft.open("w", encoding="utf-8", newline="\n") as file:
        yield lambda line: print(line, file=file)


def check_ending(path: Path) -> None:
    """Refuse a file to write whose kind is unknown, before any work is done.

    Raises
    ------
    BadOptionError
    """
    if not path.name.lower().endswith(_ENDINGS):
        raise BadOptionError(f"{path} is of no kind that can be written; end its name in {', '.join(_ENDINGS)}.")


def spreadsheet_safe(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula.

    Examples
    --------
    >>> spreadsheet_safe("=1+1"), spreadsheet_safe("T-1"), spreadsheet_safe(-1.5)
    ("'=1+1", 'T-1', -1.5)
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


@contextmanager
def _drafted(path: Path) -> Iterator[Path]:
    """Give a file beside ``path`` that takes its place when all went well."""
    draft = path.with_name(f".draft-{os.getpid()}-{path.name}")
    try:
        yield draft
        draft.replace(path)
    except OSError as error:
        raise BadOptionError(
            f"{path} cannot be written ({error.strerror or error}); name a file in a folder that exists."
        ) from None
    finally:
        draft.unlink(missing_ok=True)


def _write(answers: pd.DataFrame, path: Path) -> None:
    name = path.name.lower()
    if name.endswith(".parquet"):
        answers.to_parquet(path, index=False)
    elif name.endswith(".jsonl"):
        answers.to_json(path, orient="records", lines=True, force_ascii=False)
    else:
        compression: Any = {"method": "gzip", "mtime": 0} if name.endswith(".gz") else None
        answers.map(spreadsheet_safe).to_csv(path, index=False, lineterminator="\n", compression=compression)


def _in_chunks(
    tickets: Sequence[Ticket], answer: Callable[[Sequence[Ticket]], Any], progress: Progress
) -> Iterator[dict[str, Any]]:
    for start in range(0, len(tickets), _CHUNK):
        progress("Deciding tickets", start / len(tickets))
        yield from answer(tickets[start : start + _CHUNK])
    progress("Done", 1.0)


def _decided(
    assessor: Assessor, part: Sequence[Ticket], now: datetime, receipts: Callable[[str], None] | None
) -> Iterator[dict[str, Any]]:
    for ticket, decision in zip(part, assessor.decide_many(part, now), strict=True):
        if receipts is not None:
            receipts(decision.as_json())
        yield {**_prediction_row(ticket, decision.prediction), **_decision_row(decision)}


def _prediction_row(ticket: Ticket, prediction: Prediction) -> dict[str, Any]:
    row: dict[str, Any] = {"ticket_id": ticket.ticket_id}
    for head in DEFAULT_HEADS:
        row |= {head.name: None, f"{head.name}_probability": None}
    for answer in prediction.heads:
        row |= {answer.head: answer.answer, f"{answer.head}_probability": answer.probability}
    return row


def _decision_row(decision: Decision) -> dict[str, Any]:
    return {
        "priority": decision.priority,
        "points": decision.points,
        "action": decision.action,
        "team": decision.route.team,
        "escalate": decision.escalation.escalate,
        "first_response_due_at": _due(decision, "first_response"),
        "resolution_due_at": _due(decision, "resolution"),
        "reason": decision.reason,
        "mode": decision.mode,
    }


def _due(decision: Decision, clock: str) -> str | None:
    deadline = decision.deadline(clock)
    return None if deadline is None or deadline.due_at is None else moment(deadline.due_at)
