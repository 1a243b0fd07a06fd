"""Decisions worth telling: what was decided, and what came of it, the good beside the bad.

Which ticket stands for its kind is fixed beforehand (the middle one, or the worst), so that nobody picks what pleases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

_TOP = "P1"
_LOWEST = "P4"


class Told(NamedTuple):
    """A receipt's main entries, and the hours and rating that came of it; None where not known."""

    ticket_id: str
    priority: str
    reason: str
    team: str | None
    escalated: bool
    allowed_hours: float | None
    response_hours: float | None
    resolution_hours: float | None
    moves: int | None
    rating: float | None

    @property
    def kept(self) -> bool | None:
        """Whether the first response came in time; None when not known."""
        if self.allowed_hours is None or self.response_hours is None:
            return None
        return self.response_hours <= self.allowed_hours


@dataclass(frozen=True, slots=True)
class Example:
    """One decision: of which kind, what was decided, and what came of it."""

    kind: str
    ticket_id: str
    decided: str
    came: str

    def as_dict(self) -> dict[str, str]:
        """Return plain values."""
        return {"kind": self.kind, "ticket_id": self.ticket_id, "decided": self.decided, "came_of_it": self.came}


def examples(told: Sequence[Told]) -> list[Example]:
    """Return at most one decision of each kind.

    Examples
    --------
    >>> one = Told("T-1", "P1", "P1 with 80.00 points: outage.", "platform", False, 0.5, 0.25, 3.0, 0, 5.0)
    >>> found = examples([one])[0]
    >>> found.kind, found.came
    ('first priority, answered in time: the middle one', 'answered after 0.25 h (allowed 0.50 h); solved after \
3.00 h; never moved; rated 5')
    """
    return [Example(kind, one.ticket_id, _decided(one), _came(one)) for kind, one in _picked(told)]


def _picked(told: Sequence[Told]) -> Iterator[tuple[str, Told]]:
    answered = sorted((one for one in told if one.kept is not None), key=_waited)
    top = [one for one in answered if one.priority == _TOP]
    kept, missed = ([one for one in top if one.kept is verdict] for verdict in (True, False))
    if kept:
        yield "first priority, answered in time: the middle one", kept[len(kept) // 2]
    if missed:
        yield "first priority, answered too late: the worst", missed[-1]
    escalated = [one for one in answered if one.escalated and one not in (*kept[len(kept) // 2 :][:1], *missed[-1:])]
    if escalated:
        yield "escalated: the one that waited longest", escalated[-1]
    lowest = [one for one in answered if one.priority == _LOWEST]
    if lowest:
        yield "last priority: the middle one", lowest[len(lowest) // 2]
    moved = [one for one in answered if one.moves]
    if moved:
        yield "handed on most often", max(moved, key=lambda one: (one.moves or 0, one.ticket_id))


def _waited(one: Told) -> tuple[float, str]:
    return one.response_hours or 0.0, one.ticket_id


def _decided(one: Told) -> str:
    whom = "nobody" if one.team is None else one.team
    return f"{one.reason} To {whom}{', escalated' if one.escalated else ''}."


def _came(one: Told) -> str:
    parts = []
    if one.response_hours is not None:
        allowed = "" if one.allowed_hours is None else f" (allowed {one.allowed_hours:.2f} h)"
        parts.append(f"answered after {one.response_hours:.2f} h{allowed}")
    parts.append("not solved" if one.resolution_hours is None else f"solved after {one.resolution_hours:.2f} h")
    if one.moves is not None:
        parts.append("never moved" if not one.moves else f"moved {one.moves} times" if one.moves > 1 else "moved once")
    if one.rating is not None:
        parts.append(f"rated {one.rating:g}")
    return "; ".join(parts)


def told_from(receipt: Mapping[str, Any], outcome: Mapping[str, Any], allowed_hours: float | None) -> Told:
    """Join a receipt's plain values with a ticket's ``response_hours, resolution_hours, moves, rating``."""
    return Told(
        ticket_id=receipt["ticket_id"],
        priority=receipt["priority"],
        reason=receipt["reason"],
        team=receipt["team"],
        escalated=receipt["escalate"],
        allowed_hours=allowed_hours,
        response_hours=outcome["response_hours"],
        resolution_hours=outcome["resolution_hours"],
        moves=outcome["moves"],
        rating=outcome["rating"],
    )
