"""What the labels of a history are worth, before a model learns from them.

Every ticket is answered by a model that had not seen it; where such answers and the labels disagree, and how, shows
which labels are probably wrong, which classes nobody can tell apart, and how far any model can get.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import chi2_contingency

from ticket_triage.modelling.evaluation import Interval, has_signal, share_of
from ticket_triage.modelling.heads import CalibratedLinearClassifier

FLAGGED_SHARE = 0.05
"""Two classes overlap when held-out answers take one for the other in this share of the smaller one's tickets."""

_STRENGTH = 1.0
_FOLDS = 3
_TOLERANCE = 0.1
_LEAST_ROWS = 5
_LEAST_REPEATS = 20
_PERIODS = 8
_LEAST_PER_PERIOD = 50
_SURE = 0.001
_TINY = 1e-12
_MOVED = 0.1


@dataclass(frozen=True, slots=True)
class Suspect:
    """A label that is probably wrong: the model's answer without having seen the ticket, and both probabilities."""

    row: int
    label: str
    likely: str
    probability: float
    likely_probability: float


@dataclass(frozen=True, slots=True)
class Conflict:
    """Tickets that say nearly the same and carry different labels, with the labels in the rows' order."""

    rows: tuple[int, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two classes that are hard to tell apart.

    Parameters
    ----------
    first, second : str
        The first has at least as many tickets.
    confused : int
        Tickets of one that the model, not having seen them, takes for the other.
    share : float
        Of the smaller class's tickets.
    contested : int
        Groups of tickets that say nearly the same, of which people put some into the one and some into the other.
    flagged : bool
        Whether the share is so large that the two are better told apart in writing, or joined.
    """

    first: str
    second: str
    confused: int
    share: float
    contested: int
    flagged: bool


@dataclass(frozen=True, slots=True)
class Ceiling:
    """How right any model of the text can be about tickets whose text comes again, word for word.

    Parameters
    ----------
    tickets, texts : int
        How many such tickets there are, and how many different texts.
    agreement : float
        Chance that another ticket of the same text carries the same label.
    commonest : Interval
        What giving each text its commonest label gets right, after the fact. It flatters where a text comes but twice.
    bound : float
        What no model can pass: the smaller of ``commonest`` and the root of ``agreement``, for the expected chance of
        the likeliest label is at most the root of the expected chance that two labels agree.
    """

    tickets: int
    texts: int
    agreement: float
    commonest: Interval
    bound: float


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time: its first and last ticket, how many there are, class shares and held-out accuracy."""

    begins: str
    ends: str
    tickets: int
    shares: dict[str, float]
    accuracy: float


@dataclass(frozen=True, slots=True)
class Drift:
    """How the classes' shares move along time.

    Parameters
    ----------
    periods : tuple of Period
        Equally many tickets each, oldest first.
    distance : float
        Largest distance of a period's shares from those of all tickets: the share that would have to change class.
    chance : float
        Chance of such shares if nothing moved (chi-squared test).
    period : int
        Which of the periods that is.
    moved : str
        The class whose share moves most in it.
    usual : float
        That class's share of all tickets.
    flagged : bool
        Whether the distance is at least a tenth, and no accident.
    """

    periods: tuple[Period, ...]
    distance: float
    chance: float
    period: int
    moved: str
    usual: float
    flagged: bool


@dataclass(frozen=True, slots=True)
class LabelAudit:
    """What one head's labels are worth.

    Parameters
    ----------
    head : str
    labelled : int
        Labels that were looked at.
    set_aside : dict of str to int
        Classes with too few tickets to be judged, and how many each has.
    signal : bool
        Whether labels follow the text at all. Where they do not, no single label can be judged, and there are neither
        suspects nor overlaps.
    accuracy, majority : float
        How often a model that had not seen the ticket agrees with its label; the share of the commonest class.
    suspects : tuple of Suspect
        Least probable label first.
    wrong_share : float
        The suspects' share of all labels.
    conflicts : tuple of Conflict
        Largest first.
    overlaps : tuple of Overlap
        Most confused first.
    ceiling : Ceiling or None
        None where fewer than twenty tickets repeat a text.
    drift : Drift or None
        None where tickets have no dates, or are too few.
    """

    head: str
    labelled: int
    set_aside: dict[str, int]
    signal: bool
    accuracy: float
    majority: float
    suspects: tuple[Suspect, ...]
    wrong_share: float
    conflicts: tuple[Conflict, ...]
    overlaps: tuple[Overlap, ...]
    ceiling: Ceiling | None
    drift: Drift | None


def audit_labels(
    head: str,
    labels: np.ndarray,
    X: Any,
    *,
    near: np.ndarray,
    same: np.ndarray,
    opened_at: np.ndarray | None = None,
    n_jobs: int = 1,
    seed: int = 0,
) -> LabelAudit | None:
    """Judge one head's labels.

    Parameters
    ----------
    head : str
    labels : ndarray of shape (n_tickets,), str objects
        Empty where there is none to be judged.
    X : csr_array of shape (n_tickets, n_features)
    near, same : ndarray of shape (n_tickets,), int
        Groups of tickets that say nearly the same, and word for word the same.
    opened_at : ndarray of shape (n_tickets,), datetime64, or None
    n_jobs, seed : int

    Returns
    -------
    LabelAudit or None
        None when there are no two classes with five tickets each.
    """
    classes, counts = np.unique(labels[labels != ""].astype(str), return_counts=True)
    common = classes[counts >= _LEAST_ROWS]
    rows = np.flatnonzero(np.isin(labels, common))
    if len(common) < 2:
        return None
    truth = np.searchsorted(common, labels[rows].astype(str))
    held_out = _held_out(X[rows], truth, near[rows], n_jobs, seed)
    shares = np.bincount(truth) / len(truth)
    signal = has_signal(np.log(np.maximum(held_out[np.arange(len(truth)), truth], _TINY) / shares[truth]), near[rows])
    answers = held_out.argmax(axis=1)
    suspects = _suspects(rows, truth, common, held_out) if signal else ()
    return LabelAudit(
        head=head,
        labelled=len(rows),
        set_aside={str(name): int(n) for name, n in zip(classes, counts, strict=True) if n < _LEAST_ROWS},
        signal=signal,
        accuracy=float(np.mean(answers == truth)),
        majority=float(shares.max()),
        suspects=suspects,
        wrong_share=len(suspects) / len(rows),
        conflicts=_conflicts(rows, truth, common, near[rows]),
        overlaps=_overlaps(truth, answers, common, near[rows]) if signal else (),
        ceiling=_ceiling(truth, same[rows]),
        drift=None if opened_at is None else _drift(truth, answers == truth, common, opened_at[rows]),
    )


def _held_out(X: Any, truth: np.ndarray, groups: np.ndarray, n_jobs: int, seed: int) -> np.ndarray:
    """Return calibrated probabilities, each from a model that had not seen the ticket or one like it."""
    model = CalibratedLinearClassifier(
        (_STRENGTH,), balance=0.0, folds=_FOLDS, tol=_TOLERANCE, n_jobs=n_jobs, random_state=seed
    )
    return np.asarray(model.fit(X, truth, groups=groups).held_out_probabilities_)


def _suspects(rows: np.ndarray, truth: np.ndarray, classes: np.ndarray, held_out: np.ndarray) -> tuple[Suspect, ...]:
    """Find the labels that are probably wrong: as many as confident answers contradict, least probable label first.

    An answer is confident when its probability reaches what the class's own tickets get on average (C. G. Northcutt
    et al., "Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR 70, 2021). Their number is a good
    guess at how many labels are wrong; which ones is told better by how improbable the label is.
    """
    numbers = np.arange(len(truth))
    usual = np.array([held_out[truth == label, label].mean() for label in range(len(classes))])
    confident = np.where(held_out >= usual, held_out, 0.0)
    contradicted = (confident.argmax(axis=1) != truth) & (confident.max(axis=1) > 0)
    own, likely = held_out[numbers, truth], held_out.argmax(axis=1)
    order = np.flatnonzero(likely != truth)
    order = order[np.lexsort((-held_out[order, likely[order]], own[order]))][: contradicted.sum()]
    return tuple(
        Suspect(
            int(rows[n]), str(classes[truth[n]]), str(classes[likely[n]]), float(own[n]), float(held_out[n, likely[n]])
        )
        for n in order
    )


def _conflicts(rows: np.ndarray, truth: np.ndarray, classes: np.ndarray, groups: np.ndarray) -> tuple[Conflict, ...]:
    found = [
        Conflict(tuple(rows[members].tolist()), tuple(classes[truth[members]].tolist()))
        for members in _members(groups)
        if len(set(truth[members].tolist())) > 1
    ]
    return tuple(sorted(found, key=lambda conflict: (-len(conflict.rows), conflict.rows)))


def _members(groups: np.ndarray) -> list[np.ndarray]:
    """Return the places of each group of at least two."""
    order = np.argsort(groups, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)
    return [part for part in parts if len(part) > 1]


def _overlaps(truth: np.ndarray, answers: np.ndarray, classes: np.ndarray, groups: np.ndarray) -> tuple[Overlap, ...]:
    n_classes = len(classes)
    table = np.bincount(truth * n_classes + answers, minlength=n_classes**2).reshape(n_classes, n_classes)
    sizes = table.sum(axis=1)
    contested: dict[tuple[int, int], int] = {}
    for members in _members(groups):
        for pair in combinations(sorted(set(truth[members].tolist())), 2):
            contested[pair] = contested.get(pair, 0) + 1
    found = []
    for one, other in combinations(range(n_classes), 2):
        confused, disputed = int(table[one, other] + table[other, one]), contested.get((one, other), 0)
        if confused or disputed:
            first, second = (one, other) if sizes[one] >= sizes[other] else (other, one)
            share = confused / int(sizes[second])
            names = str(classes[first]), str(classes[second])
            found.append(Overlap(*names, confused, share, disputed, share >= FLAGGED_SHARE))
    return tuple(sorted(found, key=lambda pair: (-pair.share, pair.first, pair.second)))


def _ceiling(truth: np.ndarray, same: np.ndarray) -> Ceiling | None:
    repeated = _members(same)
    tickets = sum(map(len, repeated))
    if tickets < _LEAST_REPEATS:
        return None
    counts = [np.bincount(truth[members]) for members in repeated]
    alike = sum(
        (count * (count - 1)).sum() / (len(members) - 1) for members, count in zip(repeated, counts, strict=True)
    )
    places = np.concatenate(repeated)
    right = np.concatenate([truth[members] == count.argmax() for members, count in zip(repeated, counts, strict=True)])
    agreement, commonest = float(alike / tickets), share_of(right, same[places])
    return Ceiling(tickets, len(repeated), agreement, commonest, min(commonest.value, agreement**0.5))


def _drift(truth: np.ndarray, hits: np.ndarray, classes: np.ndarray, opened_at: np.ndarray) -> Drift | None:
    parts = periods_of(opened_at)
    if parts is None:
        return None
    table = np.array([np.bincount(truth[part], minlength=len(classes)) for part in parts])
    shares = table / table.sum(axis=1, keepdims=True)
    overall = table.sum(axis=0) / table.sum()
    distances = np.abs(shares - overall).sum(axis=1) / 2
    period = int(distances.argmax())
    moved = int(np.abs(shares[period] - overall).argmax())
    distance = float(distances[period])
    chance = float(chi2_contingency(table[:, table.sum(axis=0) > 0]).pvalue)
    periods = tuple(
        Period(
            begins=moment(opened_at[part[0]]),
            ends=moment(opened_at[part[-1]]),
            tickets=len(part),
            shares={str(name): float(share) for name, share in zip(classes, own, strict=True)},
            accuracy=float(hits[part].mean()),
        )
        for part, own in zip(parts, shares, strict=True)
    )
    flagged = chance < _SURE and distance >= _MOVED
    return Drift(periods, distance, chance, period, str(classes[moved]), float(overall[moved]), flagged)


def periods_of(opened_at: np.ndarray) -> list[np.ndarray] | None:
    """Return the places of dated tickets in up to eight periods of equally many, oldest first; None when too few."""
    dated = np.flatnonzero(~np.isnat(opened_at))
    n_periods = min(_PERIODS, len(dated) // _LEAST_PER_PERIOD)
    if n_periods < 2:
        return None
    return np.array_split(dated[np.argsort(opened_at[dated], kind="stable")], n_periods)


def moment(value: np.datetime64) -> str:
    """Return a time as text, in UTC to the second."""
    return pd.Timestamp(value).strftime("%Y-%m-%dT%H:%M:%SZ")
