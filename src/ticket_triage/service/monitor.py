"""Whether a model still meets the tickets it was judged by, week by week, in a plain verdict."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ticket_triage import registry
from ticket_triage.domain.shown import Tabled
from ticket_triage.errors import BadOptionError
from ticket_triage.intake.reading import read_tickets
from ticket_triage.intake.rows import tickets_from
from ticket_triage.modelling.drift import LARGE, SMALL, Observed, movements
from ticket_triage.modelling.training import labels_of
from ticket_triage.service.models import DEFAULT_MODELS, DEFAULT_NAME, load_model

if TYPE_CHECKING:
    from ticket_triage.domain.prediction import Prediction
    from ticket_triage.modelling.model import TriageModel
    from ticket_triage.service.train import MappingSource, Source

FEWEST_ROWS = 30
"""Fewer tickets are not judged."""
_ROWS_TOGETHER = 100
"""Weeks are taken together until they have so many: fewer move by chance."""
_ENOUGH_ROWS = 300
"""What a week with fewer tickets finds counts once the next week finds it too."""
_CHUNK = 1024
_GAP, _ERRORS = 0.05, 4.0
"""Confidence and accuracy have come apart when they differ by more than this much and this many standard errors."""
_SAID = {
    "text": "tickets use other words than those the model was judged by",
    "unknown": "much of the text was never met in training",
    "answers": "the model answers other classes than it used to",
    "confidence": "the model is more or less sure than it used to be",
    "calibration": "answers are right more or less often than their probabilities say",
}


@dataclass(frozen=True, slots=True, repr=False)
class Monitored(Tabled):
    """What came of holding tickets against a model's reference.

    Parameters
    ----------
    weeks : list of dict
        By week: ``week`` (its Monday), ``weeks`` (1, or how many a quiet desk's tickets are taken together of),
        ``rows``, ``judged``, ``unknown_share``, ``moved``, ``heads``, ``findings``.
    whole : dict
        The same over all tickets, without the week.
    verdict : str
        ``no drift``, ``watch``, ``drift`` or ``too few tickets``.
    advice : str
    reference_unknown : float
        Mean unknown share of the reference.
    """

    weeks: list[dict[str, Any]]
    whole: dict[str, Any]
    verdict: str
    advice: str
    reference_unknown: float

    def told(self) -> list[str]:
        """Return the verdict and the advice."""
        return [f"Verdict: {self.verdict}.", self.advice]

    def table(self) -> pd.DataFrame:
        """Return one row for each week, and one for all tickets together, whose ``week`` is empty."""
        return pd.DataFrame([_flat(entry) for entry in (*self.weeks, self.whole)])

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {
            "verdict": self.verdict,
            "advice": self.advice,
            "reference_unknown_share": self.reference_unknown,
            "whole": self.whole,
            "weeks": self.weeks,
        }


def _flat(entry: dict[str, Any]) -> dict[str, Any]:
    """Return a week's figures without their nesting."""
    flat: dict[str, Any] = {key: entry.get(key) for key in ("week", "weeks", "rows", "unknown_share")}
    gaps = {f"gap {name}": head["gap"] for name, head in entry["heads"].items()}
    moved: dict[str, Any] = entry["moved"]
    return flat | moved | gaps | {"findings": ", ".join(entry["findings"])}


def asked(model: TriageModel, frame: pd.DataFrame) -> tuple[list[Prediction], Observed]:
    """Return a model's predictions of tickets, and what is seen in them for later tickets to be held against."""
    predictions: list[Prediction] = []
    texts: list[str] = []
    for start in range(0, len(frame), _CHUNK):
        part = tickets_from(frame.iloc[start : start + _CHUNK])
        predictions += model.predict(part, reasons=0)
        texts += [ticket.normalised for ticket in part]
    return predictions, Observed.of(texts, predictions)


def monitor(
    tickets: Source,
    *,
    mapping: MappingSource = None,
    models: str | Path = DEFAULT_MODELS,
    name: str = DEFAULT_NAME,
) -> Monitored:
    """Hold tickets against the reference of the version in use.

    Parameters
    ----------
    tickets : str, Path or DataFrame
        With labels where people have answered since: then calibration is watched too. Tickets without a date count as
        a whole alone.
    mapping : str, Path, mapping or None
    models : str or Path, default="models"
    name : str, default="default"

    Raises
    ------
    InputError, ModelError
        When the tickets or the model cannot be read, or the model keeps no reference.
    """
    model = load_model(models, name)
    before = _reference(Path(models), name)
    reading = read_tickets(tickets, mapping)
    frame = reading.tickets.reset_index(drop=True)
    predictions, _ = asked(model, frame)
    heads = {head.name: head for head in reading.heads}
    truth = {slot.name: labels_of(frame, heads[slot.name]) for slot in model.slots if slot.name in heads}
    texts = [ticket.normalised for ticket in tickets_from(frame)]
    judge = _Judge(texts, predictions, truth, before)
    weeks = [{"week": monday, "weeks": number, **judge.over(rows)} for monday, number, rows in _weeks(frame)]
    whole = judge.over(np.arange(len(frame)))
    verdict, advice = _verdict(whole, weeks)
    return Monitored(weeks, whole, verdict, advice, before.unknown_share)


@dataclass(frozen=True, slots=True)
class _Judge:
    texts: list[str]
    predictions: list[Prediction]
    truth: dict[str, np.ndarray]
    before: Observed

    def over(self, rows: np.ndarray) -> dict[str, Any]:
        """Return what is to be said of some rows."""
        own = [self.predictions[row] for row in rows]
        now = Observed.of([self.texts[row] for row in rows], own)
        judged = len(rows) >= FEWEST_ROWS
        moved = movements(now, self.before) if judged else {}
        heads = {name: found for name in self.truth if (found := self._calibration(name, rows)) is not None}
        apart = [f"calibration:{name}" for name, found in heads.items() if judged and found["apart"]]
        findings = [f"{key}" for key, value in moved.items() if value > LARGE] + apart
        return {
            "rows": len(rows),
            "judged": judged,
            "unknown_share": round(now.unknown_share, 4),
            "moved": moved,
            "heads": heads,
            "findings": findings,
        }

    def _calibration(self, name: str, rows: np.ndarray) -> dict[str, Any] | None:
        """Return how often a head was right beside how often it said it would be; None without labels."""
        labelled = [row for row in rows.tolist() if self.truth[name][row] != ""]
        if not labelled:
            return None
        found = [head for row in labelled if (head := self.predictions[row].head(name)) is not None]
        sure = np.array([head.probability for head in found])
        right = np.array([head.answer == self.truth[name][row] for head, row in zip(found, labelled, strict=True)])
        gap = float(sure.mean() - right.mean())
        error = float(np.sqrt(max((sure * (1 - sure)).sum(), 1e-9)) / len(sure))
        apart = len(sure) >= FEWEST_ROWS and abs(gap) > max(_GAP, _ERRORS * error)
        figures = {"accuracy": float(right.mean()), "confidence": float(sure.mean()), "gap": gap}
        return {"labelled": len(sure), **{key: round(value, 4) for key, value in figures.items()}, "apart": apart}


def _reference(models: Path, name: str) -> Observed:
    folder = registry.current_version(models, name)
    manifest = json.loads((folder / registry.MANIFEST).read_text(encoding="utf-8"))
    if "reference" not in manifest:
        raise BadOptionError(f"Model {name!r} keeps nothing to hold tickets against; train it again with this version.")
    return Observed.from_dict(manifest["reference"])


def _weeks(frame: pd.DataFrame) -> list[tuple[str, int, np.ndarray]]:
    """Return the Monday, the number of weeks and the rows of each period: a week, or several of a quiet desk."""
    if "opened_at" not in frame or frame["opened_at"].isna().all():
        return []
    days = frame["opened_at"].dt.tz_convert(None).dt.normalize()
    mondays = days - pd.to_timedelta(days.dt.day_of_week, unit="D")
    periods: list[tuple[str, int, np.ndarray]] = []
    for monday, rows in sorted(mondays.groupby(mondays).groups.items()):
        begun = periods[-1] if periods and len(periods[-1][2]) < _ROWS_TOGETHER else None
        if begun is None:
            periods.append((str(monday.date()), 1, np.asarray(rows)))
        else:
            weeks = (monday - pd.Timestamp(begun[0])).days // 7 + 1
            periods[-1] = begun[0], weeks, np.concatenate([begun[2], np.asarray(rows)])
    return periods


def _verdict(whole: dict[str, Any], weeks: list[dict[str, Any]]) -> tuple[str, str]:
    """Return one of four words and what to do."""
    if not whole["judged"]:
        return "too few tickets", f"{whole['rows']} tickets tell nothing yet; come back with {FEWEST_ROWS} or more."
    judged = [week for week in weeks if week["judged"]]
    if findings := whole["findings"] or _lasting(judged):
        label = "" if whole["heads"] else " Label some of the new tickets first."
        return "drift", f"{_said(findings)}. Retrain on tickets of the last weeks.{label}"
    if judged and judged[-1]["findings"]:
        said = _said(judged[-1]["findings"])
        return "watch", f"Of late alone: {said[0].lower()}{said[1:]}. That may be chance; look again in a week."
    if any(value > SMALL for value in whole["moved"].values()):
        return "watch", "Something begins to move; look again in a week."
    return "no drift", "No need to retrain: tickets and answers are as those the model was judged by."


def _lasting(judged: list[dict[str, Any]]) -> list[str]:
    """Return what the last week found, where it has tickets enough to stand alone or the week before found it too."""
    if not judged:
        return []
    last, before = judged[-1], judged[-2]["findings"] if len(judged) > 1 else []
    return [finding for finding in last["findings"] if last["rows"] >= _ENOUGH_ROWS or finding in before]


def _said(findings: list[str]) -> str:
    kinds = dict.fromkeys(finding.partition(":")[0] for finding in findings)
    said = "; ".join(_SAID[kind] for kind in kinds)
    return f"{said[0].upper()}{said[1:]}"
