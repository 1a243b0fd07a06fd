"""The desk as it stands at one moment: who works, what waits, what people have decided.

A snapshot, handed into every decision, so that a decision stays a pure function. Whoever takes it leaves out what is
not known; what is left out counts as unknown, never as none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ticket_triage.domain.moments import moment

if TYPE_CHECKING:
    from datetime import datetime

LOCKABLE = ("priority", "team", "agent")
"""What a person may fix on a ticket."""

_NONE: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Agent:
    """A person who takes tickets.

    Parameters
    ----------
    name, team : str
    skills : tuple of str
        What they can do, in the words of the policy's categories.
    tier : int
        Line of support, from 1.
    languages : tuple of str
        Those they answer in; empty means unknown, and then no language rules them out.
    capacity_minutes : int or None
        How much open work they can hold; None means no limit is known.
    load_minutes : int
        How much open work they hold.
    calendar : str or None
        The policy's calendar they work by; None means always.
    present : bool
        Whether they are at work, holidays and breaks considered.
    """

    name: str
    team: str
    skills: tuple[str, ...] = ()
    tier: int = 1
    languages: tuple[str, ...] = ()
    capacity_minutes: int | None = None
    load_minutes: int = 0
    calendar: str | None = None
    present: bool = True


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """A waiting ticket in brief: whose it is, how urgent, and how many minutes of work."""

    ticket_id: str
    team: str
    priority: str
    minutes: int


@dataclass(frozen=True, eq=False)
class Desk:
    """A desk at one moment; two are the same only when they are one object, or by their ``sha256``.

    Parameters
    ----------
    agents : tuple of Agent
    queue : tuple of OpenTicket
        Everything open.
    closed_teams : frozenset of str
        Teams that take nothing now.
    locks : mapping of str to mapping of str to str
        By ticket, what a person fixed: ``priority``, ``team`` or ``agent``, and what they said of a head, such as
        ``urgency``. Never overwritten.
    reverts : mapping of str to tuple of str
        By ticket, the teams and agents a person took it back from. Never suggested again.
    bounces : mapping of str to tuple of str
        By ticket, the teams that handed it on, oldest first.
    arrivals : tuple of datetime
        When tickets came in lately, aware, in any order.
    claims : mapping of str to tuple of (int, int)
        By requester, how many earlier tickets they called urgent, and how many of these were not.

    Examples
    --------
    >>> desk = Desk(agents=(Agent("Ana", "payments"),), closed_teams=frozenset({"billing"}))
    >>> desk.brief("T-1")["agents"], desk.brief("T-1")["closed_teams"]
    (1, ['billing'])
    """

    agents: tuple[Agent, ...] = ()
    queue: tuple[OpenTicket, ...] = ()
    closed_teams: frozenset[str] = frozenset()
    locks: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: _NONE)
    reverts: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NONE)
    bounces: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NONE)
    arrivals: tuple[datetime, ...] = ()
    claims: Mapping[str, tuple[int, int]] = field(default_factory=lambda: _NONE)

    def as_dict(self) -> dict[str, Any]:
        """Return the whole snapshot as plain values, in a fixed order."""
        return {
            "agents": [asdict(agent) for agent in self.agents],
            "queue": [asdict(entry) for entry in self.queue],
            "closed_teams": sorted(self.closed_teams),
            "locks": {name: dict(sorted(fixed.items())) for name, fixed in sorted(self.locks.items())},
            "reverts": {name: list(values) for name, values in sorted(self.reverts.items())},
            "bounces": {name: list(teams) for name, teams in sorted(self.bounces.items())},
            "arrivals": [moment(arrival) for arrival in sorted(self.arrivals)],
            "claims": {name: list(pair) for name, pair in sorted(self.claims.items())},
        }

    @cached_property
    def sha256(self) -> str:
        """Hash of the whole snapshot."""
        return sha256(json.dumps(self.as_dict(), ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()

    def brief(self, ticket_id: str) -> dict[str, Any]:
        """Return what a ticket's receipt keeps of it; the hash tells which snapshot it was."""
        return {
            "sha256": self.sha256,
            "agents": len(self.agents),
            "open_tickets": len(self.queue),
            "closed_teams": sorted(self.closed_teams),
            "locks": dict(self.locks.get(ticket_id, _NONE)),
            "reverts": list(self.reverts.get(ticket_id, ())),
            "bounces": list(self.bounces.get(ticket_id, ())),
        }
