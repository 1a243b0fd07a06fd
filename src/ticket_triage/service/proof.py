"""Show from a history whether prioritising helped: figures, decisions and what came of them, and one claim."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ticket_triage.domain.shown import Tabled
from ticket_triage.errors import BadOptionError, nearest
from ticket_triage.intake.opinions import read_opinions
from ticket_triage.intake.reading import read_tickets
from ticket_triage.intake.rows import tickets_from
from ticket_triage.planning.advice import advice
from ticket_triage.planning.examples import Told, examples, told_from
from ticket_triage.planning.metrics import METRICS, Window, in_window
from ticket_triage.planning.outcomes import has
from ticket_triage.planning.proof import Proof, prove
from ticket_triage.policy import Policy, load_policy
from ticket_triage.reports.proof_page import proof_sections, proof_tables, proof_title
from ticket_triage.service.assess import Assessor
from ticket_triage.service.report import clock_of, write_report

if TYPE_CHECKING:
    from ticket_triage.domain.decision import Decision
    from ticket_triage.planning.proof import Change, Comparison
    from ticket_triage.service.train import MappingSource, Source

MOST_DECIDED = 2000
"""Tickets of a period that are decided afterwards when no receipts are at hand."""

_LATER = (
    "No receipts were handed in (--receipts), so these were decided afterwards, by the rules of the policy alone, as "
    "of each ticket's opening: they show what the policy says, not what the desk followed."
)
_KEPT = "From the receipts handed in; of each kind the one is shown that is fixed beforehand, not the one that pleases."


@dataclass(frozen=True, eq=False, repr=False)
class Proven(Tabled):
    """A proof and what is told beside it, as plain values."""

    proof: Proof
    beside: dict[str, Any]

    def told(self) -> list[str]:
        """Return the claim, and every warning about it."""
        return [self.proof.claim, *self.proof.warnings]

    def table(self) -> pd.DataFrame:
        """Return one row for each metric; ``low`` and ``high`` bound the relative change that claims rest on."""
        return pd.DataFrame([_figures(entry, self.proof.decisive(entry)) for entry in self.proof.comparisons])

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return self.proof.as_dict() | self.beside


def _figures(found: Comparison, change: Change) -> dict[str, Any]:
    metric = {"metric": found.metric.title, "unit": found.metric.unit}
    sides = {"before": found.before.value, "after": found.after.value}
    return metric | sides | {"change": change.value, "low": change.low, "high": change.high, "shown": change.shown}


def window_of(text: str, option: str) -> Window:
    """Read ``FROM..TO``, two days, both counted.

    Raises
    ------
    BadOptionError

    Examples
    --------
    >>> str(window_of("2026-01-01..2026-03-31", "--period"))
    '2026-01-01 to 2026-03-31'
    """
    first, dots, last = text.partition("..")
    try:
        window = Window(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        window = None
    if window is None or not dots or window.days < 1:
        raise BadOptionError(
            f"{option} takes two days, the earlier first, such as 2026-01-01..2026-03-31; got {text!r}."
        )
    return window


def proof(
    history: Source,
    *,
    baseline: Window,
    period: Window,
    mapping: MappingSource = None,
    policy: str | Path | None = None,
    calendar: str | None = None,
    metrics: Sequence[str] = (),
    receipts: Path | None = None,
    feedback: Path | None = None,
    seed: int = 0,
) -> Proven:
    """Compare two windows of a history, and gather what belongs beside the figures.

    Parameters
    ----------
    history : str, Path or DataFrame
    baseline, period : Window
    mapping : str, Path, mapping or None
    policy : str, Path or None
    calendar : str or None
        Whose working time counts; None counts all time.
    metrics : sequence of str
        Names of the metrics; all that the history can give when left out.
    receipts : Path or None
        Lines of JSON, as ``triage predict --receipts`` writes them; without them the policy's rules decide afterwards.
    feedback : Path or None
        What managers and stakeholders say; see :mod:`ticket_triage.intake.opinions`.
    seed : int, default=0

    Raises
    ------
    InputError, PolicyError
        When something cannot be read, a metric is unknown, or the windows cannot be compared.
    """
    known = [metric.name for metric in METRICS]
    for name in metrics:
        if name not in known:
            raise BadOptionError(f"There is no metric {name!r}; {nearest(name, known)}")
    rules = load_policy(policy)
    clock = clock_of(rules, calendar)
    words = [] if feedback is None else read_opinions(feedback)
    frame = read_tickets(history, mapping).tickets
    found = prove(frame, baseline, period, clock, names=metrics, seed=seed)
    rows = in_window(frame, period, clock)
    told = list(_told(rows, _decided(rows, rules) if receipts is None else _kept(receipts, set(rows["ticket_id"]))))
    beside = {
        "examples_from": _LATER if receipts is None else _KEPT,
        "examples": [entry.as_dict() for entry in examples(told)],
        "feedback": words,
        "advice": [entry.as_dict() for entry in advice(rows, told, rules.router.teams, clock)],
    }
    return Proven(found, beside)


def write_proof(found: Proven, folder: Path) -> list[Path]:
    """Write a proof into a folder as a page, Markdown and tables, and return the paths, the page first."""
    plain = found.as_dict()
    return write_report(folder, "proof", proof_title(plain), proof_sections(plain), proof_tables(plain))


def _decided(rows: pd.DataFrame, policy: Policy) -> Iterator[dict[str, Any]]:
    """Decide tickets as of their opening, spread evenly where they are many; without a model, which may know them."""
    step = max(1, -(-len(rows) // MOST_DECIDED))
    assessor = Assessor(None, policy)
    for ticket in tickets_from(rows.iloc[::step]):
        if ticket.opened_at is not None:
            yield _brief(assessor.decide(ticket, ticket.opened_at))


def _brief(decision: Decision) -> dict[str, Any]:
    due = decision.deadline("first_response")
    return {
        "ticket_id": decision.ticket_id,
        "priority": decision.priority,
        "reason": decision.reason,
        "team": decision.route.team,
        "escalate": decision.escalation.escalate,
        "due_at": None if due is None else due.due_at,
    }


def _kept(path: Path, wanted: set[str]) -> Iterator[dict[str, Any]]:
    """Read the receipts of some tickets, the last of each."""
    found: dict[str, dict[str, Any]] = {}
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                receipt = _receipt(line, f"{path}, line {number}") if line.strip() else None
                if receipt is not None and receipt["ticket_id"] in wanted:
                    found[receipt["ticket_id"]] = receipt
    except UnicodeDecodeError:
        raise BadOptionError(
            f"Receipts {path} are no UTF-8 text; hand in what 'triage predict --receipts' wrote."
        ) from None
    except OSError as error:
        raise BadOptionError(f"Receipts {path} cannot be read: {error.strerror or error}.") from None
    if not found:
        raise BadOptionError(f"Not one receipt in {path} is of a ticket of the period; hand in those of its tickets.")
    yield from found.values()


def _receipt(line: str, where: str) -> dict[str, Any]:
    try:
        whole = json.loads(line)
        due = [entry["due_at"] for entry in whole["deadlines"] if entry["clock"] == "first_response"]
        brief = {key: whole[key] for key in ("ticket_id", "priority", "reason", "team", "escalate")}
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadOptionError(f"{where} is no receipt; hand in what 'triage predict --receipts' wrote.") from None
    return brief | {"due_at": datetime.fromisoformat(due[0]) if due and due[0] else None}


def _told(rows: pd.DataFrame, receipts: Iterator[dict[str, Any]]) -> Iterator[Told]:
    by_id = {ticket_id: place for place, ticket_id in enumerate(rows["ticket_id"])}
    opened = rows["opened_at"]
    columns = {
        "response_hours": _hours(rows, "first_response_at"),
        "resolution_hours": _hours(rows, "resolved_at"),
        "moves": _values(rows, "reassignments"),
        "rating": _values(rows, "csat"),
    }
    for receipt in receipts:
        place = by_id[receipt["ticket_id"]]
        outcome = {name: None if np.isnan(values[place]) else float(values[place]) for name, values in columns.items()}
        outcome["moves"] = None if outcome["moves"] is None else int(outcome["moves"])
        due = receipt["due_at"]
        yield told_from(receipt, outcome, None if due is None else (due - opened.iloc[place]).total_seconds() / 3600)


def _hours(rows: pd.DataFrame, column: str) -> np.ndarray:
    if not has(rows, column):
        return np.full(len(rows), np.nan)
    return np.asarray((rows[column] - rows["opened_at"]).dt.total_seconds() / 3600, dtype=np.float64)


def _values(rows: pd.DataFrame, column: str) -> np.ndarray:
    if not has(rows, column):
        return np.full(len(rows), np.nan)
    return np.asarray(pd.to_numeric(rows[column]).astype("float64"), dtype=np.float64)
