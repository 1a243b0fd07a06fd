"""Whether a candidate may take the place of the version in use: not worse, wherever it can be told.

Each rule is stated where it is applied. What is measured is the balanced answer on tickets that neither version has
learnt from; near-identical tickets count as one witness.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np

from ticket_triage.domain.shown import Cells, Shown
from ticket_triage.errors import DifferentHeadsError
from ticket_triage.modelling.outcomes import HeadOutcomes, Outcomes

LEAST_ROWS = 50
"""Tickets that a head needs before anything is said of it."""

_RESAMPLES = 1000
_WORSE, _SLICE_WORSE = 0.975, 0.995
"""How sure it must be that a head, or one of the many slices, is worse."""
_SLICE_DROP, _SLICE_GROUPS = 0.02, 30
_RECALL_DROP, _RECALL_TICKETS = 0.1, 2
_STUFFED_MORE, _STUFFED_LEAST = 0.0025, 3

Figure = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
"""Takes truths, answers and resampled counts of shape (n_resamples, n_cells), and returns one value a resample."""


@dataclass(frozen=True, slots=True)
class Check:
    """One figure of both versions on the same tickets.

    Parameters
    ----------
    head : str
    what : str
        Such as ``"macro-F1"``, ``"recall of critical"`` or ``"accuracy"``.
    where : str or None
        The slice, such as ``"channel email"``; None for all tickets.
    rows : int
    champion, candidate : float
    low, high : float
        95 % interval of the candidate's figure less the champion's; 99 % for a slice.
    refusal : str or None
        Why this alone forbids a promotion; None when it does not.
    """

    head: str
    what: str
    where: str | None
    rows: int
    champion: float
    candidate: float
    low: float
    high: float
    refusal: str | None


@dataclass(frozen=True, slots=True, repr=False)
class Verdict(Shown):
    """What the gate says of a candidate.

    Parameters
    ----------
    champion : str or None
        The version compared with.
    checks : tuple of Check
    refusals : tuple of str
        Every reason against it; empty lets it pass.
    """

    champion: str | None
    checks: tuple[Check, ...]
    refusals: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether the candidate may take the place."""
        return not self.refusals

    def told(self) -> list[str]:
        """Return whether it may take the place, and every reason against it."""
        beside = "" if self.champion is None else f", beside version {self.champion}"
        return [f"{'Passed' if self.passed else 'Refused'}{beside}.", *self.refusals]

    def cells(self) -> Cells:
        """Return one row for each figure; ``low`` and ``high`` bound the difference."""
        names = tuple(field.name for field in fields(Check))
        return names, (tuple(asdict(check).values()) for check in self.checks)

    def as_dict(self) -> dict[str, Any]:
        """Return the verdict as plain values, ready for JSON."""
        return {"passed": self.passed, **asdict(self)}


def judge(outcomes: Outcomes, champion_stuffed: tuple[int, int], *, seed: int = 0) -> Verdict:
    """Compare a candidate with the version in use.

    Parameters
    ----------
    outcomes : Outcomes
    champion_stuffed : tuple of int
        Of the tickets that the champion learnt from, how many are lists of common words, and how many there are.
    seed : int, default=0
        Of the resampling.

    Returns
    -------
    Verdict

    Raises
    ------
    DifferentHeadsError
        When the two do not answer the same questions.

    References
    ----------
    The paired bootstrap over clusters: A. C. Davison and D. V. Hinkley, "Bootstrap Methods and their Application",
    1997, section 3.8.
    """
    _refuse_other_heads(outcomes)
    refusals = [*_stuffing(outcomes.stuffed, champion_stuffed)]
    checks: list[Check] = []
    for head in outcomes.heads:
        rng = np.random.default_rng(seed)
        rows = np.flatnonzero((head.truth >= 0) & (head.champion >= 0))
        if len(rows) < LEAST_ROWS:
            refusals.append(_too_few(head, len(rows)))
        else:
            checks += _checks(head, outcomes, rows, rng)
    refusals += [check.refusal for check in checks if check.refusal is not None]
    return Verdict(outcomes.champion, tuple(checks), tuple(refusals))


def _refuse_other_heads(outcomes: Outcomes) -> None:
    candidate = sorted(head.name for head in outcomes.heads)
    champion = sorted(outcomes.champion_heads)
    if candidate != champion:
        raise DifferentHeadsError(
            f"The candidate answers {', '.join(candidate)}, but version {outcomes.champion} in use answers "
            f"{', '.join(champion)}: train with the same labels, publish under another --name, or promote it with "
            "--force and a --reason."
        )


def _stuffing(candidate: tuple[int, int], champion: tuple[int, int]) -> Iterator[str]:
    """Refuse what learnt from clearly more lists of common words than the version in use did."""
    (bad, learnt), (bad_before, learnt_before) = candidate, champion
    usual = bad_before / max(learnt_before, 1)
    if bad >= _STUFFED_LEAST and bad / max(learnt, 1) > usual + _STUFFED_MORE:
        yield (
            f"{bad:,} of the {learnt:,} tickets learnt from are lists of common words and no sentences "
            f"({bad_before:,} of {learnt_before:,} before): somebody may be poisoning the history. "
            "Look at them and take them out."
        )


def _too_few(head: HeadOutcomes, rows: int) -> str:
    return (
        f"{head.name}: {rows:,} labelled tickets that neither version has learnt from are too few to compare by "
        f"({LEAST_ROWS} are needed); train with newer tickets, or give some with --test."
    )


def _checks(head: HeadOutcomes, outcomes: Outcomes, rows: np.ndarray, rng: np.random.Generator) -> Iterator[Check]:
    """Yield what is compared: the whole head, its accuracy, the level that hurts, and every slice large enough."""
    yield _whole(head, "macro-F1", _Pairs(head, outcomes.groups, rows, rng), _macro_f1)
    if head.top is not None:
        yield from _top_recall(head, head.top, rows, outcomes.groups, rng)
    yield _slice(head, None, _Pairs(head, outcomes.groups, rows, rng))
    for name, values in outcomes.slices.items():
        for value in sorted(set(values[rows].tolist()) - {""}):
            own = rows[values[rows] == value]
            if len(own) >= LEAST_ROWS and len(np.unique(outcomes.groups[own])) >= _SLICE_GROUPS:
                yield _slice(head, f"{name} {value}", _Pairs(head, outcomes.groups, own, rng))


def _whole(head: HeadOutcomes, what: str, pairs: _Pairs, figure: Figure) -> Check:
    """Refuse a head whose figure is worse beyond chance."""
    champion, candidate, low, high = pairs.compared(figure, _WORSE)
    refusal = None
    if high < 0:
        refusal = f"{head.name}: {what} falls from {champion:.3f} to {candidate:.3f} ({low:+.3f} to {high:+.3f})."
    return Check(head.name, what, None, pairs.n_rows, champion, candidate, low, high, refusal)


def _slice(head: HeadOutcomes, where: str | None, pairs: _Pairs) -> Check:
    """Refuse an accuracy that falls by more than two points, and beyond chance even among many slices."""
    what = "accuracy" if where is None else f"accuracy for {where}"
    champion, candidate, low, high = pairs.compared(_accuracy, _SLICE_WORSE)
    refusal = None
    if high < 0 and champion - candidate > _SLICE_DROP:
        refusal = f"{head.name}: {what} falls from {champion:.3f} to {candidate:.3f} ({low:+.3f} to {high:+.3f})."
    return Check(head.name, "accuracy", where, pairs.n_rows, champion, candidate, low, high, refusal)


def _top_recall(
    head: HeadOutcomes, level: str, rows: np.ndarray, groups: np.ndarray, rng: np.random.Generator
) -> Iterator[Check]:
    """Refuse what finds fewer of the tickets that hurt most beyond chance, or ten points fewer and over two tickets."""
    top = rows[head.truth[rows] == head.classes.index(level)]
    if not len(top):
        return
    pairs = _Pairs(head, groups, top, rng)
    champion, candidate, low, high = pairs.compared(_accuracy, _WORSE)
    lost, refusal = round((champion - candidate) * len(top)), None
    if high < 0 or (lost > _RECALL_TICKETS and champion - candidate > _RECALL_DROP):
        refusal = f"{head.name}: of {len(top):,} {level} tickets it finds {lost:,} fewer."
    yield Check(head.name, f"recall of {level}", None, len(top), champion, candidate, low, high, refusal)


class _Pairs:
    """Both versions' answers on some tickets, and how their counts vary when near-identical groups are drawn anew."""

    def __init__(self, head: HeadOutcomes, groups: np.ndarray, rows: np.ndarray, rng: np.random.Generator) -> None:
        answers = np.stack([head.truth[rows], head.champion[rows], head.candidate[rows]])
        cells, cell = np.unique(answers, axis=1, return_inverse=True)
        self.n_rows = len(rows)
        self._truth, self._champion, self._candidate = cells
        self._counts = _resampled(cell.ravel(), groups[rows], cells.shape[1], rng)

    def compared(self, figure: Figure, level: float) -> tuple[float, float, float, float]:
        """Return the champion's figure, the candidate's, and the interval of the difference."""
        champion = figure(self._truth, self._champion, self._counts)
        candidate = figure(self._truth, self._candidate, self._counts)
        low, high = np.quantile((candidate - champion)[1:], [1 - level, level])
        return tuple(round(float(value), 4) for value in (champion[0], candidate[0], low, high))  # type: ignore[return-value]


def _resampled(cell: np.ndarray, groups: np.ndarray, n_cells: int, rng: np.random.Generator) -> np.ndarray:
    """Return counts of shape (1 + n_resamples, n_cells): as they are, then with the groups drawn with replacement."""
    own, group = np.unique(groups, return_inverse=True)
    counts = np.empty((1 + _RESAMPLES, n_cells))
    counts[0] = np.bincount(cell, minlength=n_cells)
    for number in range(1, 1 + _RESAMPLES):
        drawn = np.bincount(rng.integers(0, len(own), len(own)), minlength=len(own))
        counts[number] = np.bincount(cell, drawn[group], minlength=n_cells)
    return counts


def _accuracy(truth: np.ndarray, answers: np.ndarray, counts: np.ndarray) -> np.ndarray:
    return np.asarray(counts[:, truth == answers].sum(axis=1) / np.maximum(counts.sum(axis=1), 1))


def _macro_f1(truth: np.ndarray, answers: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the mean F1 over the classes that have tickets; an answer nobody's label is only costs precision."""
    figures = []
    for label in np.unique(truth):
        there, said = truth == label, answers == label
        both = counts[:, there & said].sum(axis=1)
        sizes = counts[:, there].sum(axis=1) + counts[:, said].sum(axis=1)
        figures.append(np.where(sizes > 0, 2 * both / np.maximum(sizes, 1), np.nan))
    return np.asarray(np.nanmean(figures, axis=0))
