"""Counters that all worker processes share, and their text for Prometheus.

Each process counts in a row of its own in memory that was mapped before the processes were made; whoever is asked adds
the rows up. So a figure is that of the whole service, whichever process answers, and it outlives a process that dies.
"""

from __future__ import annotations

import mmap
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from ticket_triage.api.rules import RULES
from ticket_triage.domain.decision import BREACH, PREDICTED, TOO_LONG, WARNING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ticket_triage.domain.decision import Decision, Turning

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the latency histogram, in seconds."""

_OTHER = "other"
_ROUTES = (*sorted({path for _, path in RULES}), _OTHER)
_STATUSES = (200, 201, 202, 204, 304, *range(400, 432), 500, 503, 507)
_PRIORITIES = ("P1", "P2", "P3", "P4")
_ACTIONS = ("auto", "suggest", "ask")
_HEADS = ("urgency", "category", "sentiment", _OTHER)
_TURNS = (WARNING, PREDICTED, BREACH, TOO_LONG)
_CONFIDENCES = ("high", "medium", "low", "none")

Labels = tuple[tuple[str, str], ...]


class Family(NamedTuple):
    """One metric: its name, what kind it is, what it says, and the labels of each of its series."""

    name: str
    kind: str
    says: str
    series: tuple[Labels, ...]


def _each(name: str, values: Iterable[object]) -> tuple[Labels, ...]:
    return tuple(((name, str(value)),) for value in values)


def _both(one: str, ones: Sequence[object], other: str, others: Sequence[object]) -> tuple[Labels, ...]:
    return tuple(((one, str(first)), (other, str(second))) for first in ones for second in others)


_BOUNDS = (*(f"{bound:g}" for bound in BUCKETS_S), "+Inf")

FAMILIES = (
    Family("triage_requests_total", "counter", "Answers by route and status.",
           _both("route", _ROUTES, "status", (*_STATUSES, _OTHER))),
    Family("triage_request_seconds_bucket", "histogram", "", _both("route", _ROUTES, "le", _BOUNDS)),
    Family("triage_request_seconds_sum", "histogram", "", _each("route", _ROUTES)),
    Family("triage_decisions_total", "counter", "Decisions by priority.", _each("priority", _PRIORITIES)),
    Family("triage_actions_total", "counter", "Decisions by action.", _each("action", _ACTIONS)),
    Family("triage_rules_only_total", "counter", "Decisions made without a model.", ((),)),
    Family("triage_answers_total", "counter", "Answers by head and how sure they were.",
           _both("head", _HEADS, "confidence", _CONFIDENCES)),
    Family("triage_abstentions_total", "counter", "Tickets on which a head was not heard.", _each("head", _HEADS)),
    Family("triage_automatic_total", "counter", "Answers a machine may set alone.", _each("head", _HEADS)),
    Family("triage_unknown_share_sum", "counter", "Sum of the shares of texts the model had never seen; over the "
           "decisions, it rises with drift.", ((),)),
    Family("triage_turned_total", "counter", "What time alone turned of open tickets.", _each("what", _TURNS)),
    Family("triage_in_hand", "gauge", "Requests in hand, a large one counted as many.", ((),)),
)  # fmt: skip
"""What is counted; the seconds of a request are one histogram of two families."""

_PLACES = {
    (family.name, labels): place
    for place, (family, labels) in enumerate((family, labels) for family in FAMILIES for labels in family.series)
}


def _place(name: str, **labels: object) -> int:
    return _PLACES[name, tuple((label, str(value)) for label, value in labels.items())]


_REQUEST = {
    (route, status): _place("triage_requests_total", route=route, status=status)
    for route in _ROUTES
    for status in (*_STATUSES, _OTHER)
}
_BUCKET = {route: _place("triage_request_seconds_bucket", route=route, le=_BOUNDS[0]) for route in _ROUTES}
_SECONDS = {route: _place("triage_request_seconds_sum", route=route) for route in _ROUTES}
_PRIORITY = {name: _place("triage_decisions_total", priority=name) for name in _PRIORITIES}
_ACTION = {name: _place("triage_actions_total", action=name) for name in _ACTIONS}
_SURE = {
    (head, word): _place("triage_answers_total", head=head, confidence=word or "none")
    for head in _HEADS
    for word in ("high", "medium", "low", None)
}
_ABSTAINED = {head: _place("triage_abstentions_total", head=head) for head in _HEADS}
_AUTOMATIC = {head: _place("triage_automatic_total", head=head) for head in _HEADS}
_TURNED = {what: _place("triage_turned_total", what=what) for what in _TURNS}
_RULES_ONLY = _place("triage_rules_only_total")
_UNKNOWN_SHARE = _place("triage_unknown_share_sum")
_IN_HAND = _place("triage_in_hand")


class Metrics:
    """What is counted, in as many rows as there are processes.

    Parameters
    ----------
    processes : int, default=1

    Examples
    --------
    >>> metrics = Metrics()
    >>> metrics.answered("/v1/predict", 200, 0.004)
    >>> [line for line in metrics.as_text().splitlines() if line.startswith("triage_requests_total")]
    ['triage_requests_total{route="/v1/predict",status="200"} 1']
    """

    def __init__(self, processes: int = 1) -> None:
        self._shared = memoryview(mmap.mmap(-1, 8 * len(_PLACES) * processes)).cast("d")
        self._row = self._shared[: len(_PLACES)]

    def count_in(self, process: int) -> None:
        """Count in the row of this process from now on; what it had in hand before it died is forgotten."""
        self._row = self._shared[process * len(_PLACES) : (process + 1) * len(_PLACES)]
        self._row[_IN_HAND] = 0

    def answered(self, template: str | None, status: int, seconds: float) -> None:
        """Count an answer."""
        row = self._row
        route = template or _OTHER
        place = _REQUEST.get((route, status))
        row[_REQUEST[route, _OTHER] if place is None else place] += 1
        row[_BUCKET[route] + bisect_left(BUCKETS_S, seconds)] += 1
        row[_SECONDS[route]] += seconds

    def in_hand(self, number: int) -> None:
        """Note how many requests are in hand."""
        self._row[_IN_HAND] = number

    def decided(self, decisions: Iterable[Decision]) -> None:
        """Count decisions."""
        row = self._row
        for decision in decisions:
            row[_PRIORITY[decision.priority]] += 1
            row[_ACTION[decision.action]] += 1
            if decision.mode != "full":
                row[_RULES_ONLY] += 1
                continue
            row[_UNKNOWN_SHARE] += decision.prediction.unknown_share
            for answer in decision.answers:
                head = answer.head if answer.head in _ABSTAINED else _OTHER
                row[_SURE[head, answer.confidence]] += 1
                if answer.answer is None:
                    row[_ABSTAINED[head]] += 1
                if answer.automatic:
                    row[_AUTOMATIC[head]] += 1

    def turned(self, turnings: Iterable[Turning]) -> None:
        """Count what time alone turned."""
        for turning in turnings:
            self._row[_TURNED[turning.what]] += 1

    def as_text(self, more: Mapping[Family, Mapping[Labels, float]] | None = None) -> str:
        """Return every figure as Prometheus reads it; what never happened is left out.

        Parameters
        ----------
        more : mapping of Family to mapping of labels to float or None
            Figures that are known only when they are asked for.
        """
        return "".join(f"{line}\n" for line in [*self._lines(), *_told(more or {})])

    def _lines(self) -> Iterator[str]:
        totals = self._totals()
        for family in FAMILIES:
            values = {labels: totals[_PLACES[family.name, labels]] for labels in family.series}
            if family.kind == "histogram":
                yield from _histogram(family, values)
            else:
                yield from _told({family: {labels: value for labels, value in values.items() if value or not labels}})

    def _totals(self) -> list[float]:
        size = len(_PLACES)
        return [sum(self._shared[place::size]) for place in range(size)]


def _histogram(family: Family, values: Mapping[Labels, float]) -> Iterator[str]:
    if not family.name.endswith("_bucket"):
        yield from (_line(family.name, labels, value) for labels, value in values.items() if value)
        return
    yield "# HELP triage_request_seconds Seconds from a request's head to its whole answer."
    yield "# TYPE triage_request_seconds histogram"
    for route in _ROUTES:
        below = 0.0
        counted = [values[("route", route), ("le", bound)] for bound in _BOUNDS]
        if not sum(counted):
            continue
        for bound, number in zip(_BOUNDS, counted, strict=True):
            below += number
            yield _line(family.name, (("route", route), ("le", bound)), below)
        yield _line("triage_request_seconds_count", (("route", route),), below)


def _told(families: Mapping[Family, Mapping[Labels, float]]) -> Iterator[str]:
    for family, values in families.items():
        yield f"# HELP {family.name} {family.says}"
        yield f"# TYPE {family.name} {family.kind}"
        yield from (_line(family.name, labels, value) for labels, value in values.items())


def _line(name: str, labels: Labels, value: float) -> str:
    told = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels)
    return f"{name}{{{told}}} {value:.16g}" if told else f"{name} {value:.16g}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
