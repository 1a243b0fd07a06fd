"""Answers as a table, one row for each ticket, and the files they are written to."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ticket_triage.domain.decision import Decision
from ticket_triage.domain.labels import DEFAULT_HEADS
from ticket_triage.domain.moments import moment
from ticket_triage.errors import BadOptionError
from ticket_triage.intake.schema import SOURCE_SUFFIX
from ticket_triage.service.files import drafted, told_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ticket_triage.domain.prediction import Prediction

Row = dict[str, Any]
"""One ticket's answers by column."""

_ENDINGS = (".csv", ".csv.gz", ".jsonl", ".parquet")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")
_MACHINE = "machine"
_NO_SOURCES: Row = {f"{head.name}{SOURCE_SUFFIX}": None for head in DEFAULT_HEADS}
_NO_ANSWERS: Row = {name: None for head in DEFAULT_HEADS for name in (head.name, f"{head.name}_probability")}


def prediction_row(ticket_id: str, prediction: Prediction) -> Row:
    """Return what the model said; the three heads of the product come first, empty where it has no answer.

    Each answer is followed by who gave it, so that no training takes it for a person's label.
    """
    row = {"ticket_id": ticket_id, **_NO_ANSWERS}
    for answer in prediction.heads:
        row[answer.head] = answer.answer
        row[f"{answer.head}_probability"] = answer.probability
    sources = {f"{answer.head}{SOURCE_SUFFIX}": _MACHINE for answer in prediction.heads}
    return row | _NO_SOURCES | sources


def decision_row(decision: Decision) -> Row:
    """Return what the model said and what the desk should do."""
    urgency = decision.answer("urgency")
    return prediction_row(decision.ticket_id, decision.prediction) | {
        "urgency_to_act_on": None if urgency is None else urgency.answer,
        "priority": decision.priority,
        "points": decision.points,
        "action": decision.action,
        "team": decision.route.team,
        "escalate": decision.escalation.escalate,
        "first_response_due_at": _due(decision, "first_response"),
        "resolution_due_at": _due(decision, "resolution"),
        "reason": decision.reason,
        "mode": decision.mode,
        "abstention": decision.prediction.abstention,
    }


def as_frame(rows: Sequence[Row]) -> pd.DataFrame:
    """Return rows as a table whose column types do not hang on what stands in it.

    Examples
    --------
    >>> from ticket_triage.domain.prediction import NO_PREDICTION
    >>> frame = as_frame([prediction_row("T-1", NO_PREDICTION)])
    >>> str(frame.urgency.dtype), str(frame.urgency_probability.dtype)
    ('str', 'float64')
    """
    frame = pd.DataFrame(list(rows))
    return frame.astype({name: _dtype(name) for name in frame.columns})


def check_ending(path: Path) -> None:
    """Refuse a file to write whose kind is unknown, before any work is done.

    Raises
    ------
    BadOptionError
    """
    if not path.name.lower().endswith(_ENDINGS):
        raise BadOptionError(f"{path} is of no kind that can be written; end its name in {', '.join(_ENDINGS)}.")


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
        When the ending is another, or the file cannot be written.
    """
    check_ending(path)
    with drafted(path) as draft, told_of(path):
        _write(answers, draft)


def spreadsheet_safe(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula; a plain number is none.

    Examples
    --------
    >>> [spreadsheet_safe(value) for value in ("=1+1", "T-1", "-5", "-5+cmd", -1.5)]
    ["'=1+1", 'T-1', '-5', "'-5+cmd", -1.5]
    """
    if not isinstance(value, str) or not value.startswith(_FORMULA_STARTS):
        return value
    return value if _is_number(value[1:]) and value[0] in "+-" else f"'{value}"


def _is_number(text: str) -> bool:
    return text.isascii() and text.replace(".", "", 1).isdigit()


def _dtype(column: str) -> str:
    if column == "points" or column.endswith("_probability"):
        return "float64"
    return "bool" if column == "escalate" else "str"


def _write(answers: pd.DataFrame, path: Path) -> None:
    name = path.name.lower()
    if name.endswith(".parquet"):
        answers.to_parquet(path, index=False)
    elif name.endswith(".jsonl"):
        answers.to_json(path, orient="records", lines=True, force_ascii=False)
    else:
        text = answers.map(spreadsheet_safe).to_csv(index=False, lineterminator="\n")
        packed = name.endswith(".gz")
        path.write_bytes(gzip.compress(text.encode(), mtime=0) if packed else text.encode())


def _due(decision: Decision, clock: str) -> str | None:
    deadline = decision.deadline(clock)
    return None if deadline is None or deadline.due_at is None else moment(deadline.due_at)
