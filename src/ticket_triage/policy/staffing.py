"""Who of the desk's people can take a ticket now, and how much work stands before it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ticket_triage.domain.decision import PRIORITIES
from ticket_triage.errors import DeskError, nearest
from ticket_triage.policy.calendars import DAY, microseconds
from ticket_triage.policy.conditions import folded

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping
    from datetime import datetime

    from ticket_triage.domain.desk import Agent, Desk
    from ticket_triage.policy.calendars import Calendar
    from ticket_triage.policy.compiled import Policy

_MOMENTS_KEPT = 256
_DESKS_KEPT = 4
A_DAYS_WORK = 480
"""Minutes of open work that count as a full load where no capacity is known."""

_NOTHING: Mapping[str, int] = {}


class Needs(NamedTuple):
    """What a ticket asks of whoever takes it; skills and language folded, the language None when unknown."""

    skills: frozenset[str]
    tier: int
    minutes: int
    language: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """An agent ready to be chosen; names folded."""

    agent: Agent
    skills: frozenset[str]
    languages: frozenset[str]
    calendar: Calendar | None

    @property
    def name(self) -> str:
        """The agent's name."""
        return self.agent.name

    def works(self, now: datetime) -> bool:
        """Whether they are at work."""
        return self.agent.present and (self.calendar is None or is_open(self.calendar, now))

    def can_take(self, needs: Needs, load: int) -> bool:
        """Whether tier, language and room suffice, with so many minutes of work at hand."""
        capacity = self.agent.capacity_minutes
        if self.agent.tier < needs.tier or (capacity is not None and load + needs.minutes > capacity):
            return False
        return needs.language is None or not self.languages or needs.language in self.languages

    def fitness(self, needs: Needs, load: int) -> tuple[int, int, float, str]:
        """Return what candidates are ordered by, the best first: skills, the lowest tier that does, load, name."""
        missing = len(needs.skills - self.skills)
        return missing, self.agent.tier, load / (self.agent.capacity_minutes or A_DAYS_WORK), self.name


def is_open(calendar: Calendar, now: datetime) -> bool:
    """Whether a moment is working time."""
    at = microseconds(now)
    return any(opens <= at < closes for opens, closes in calendar.day(at // DAY))


class Staff:
    """A desk's people by team, checked against the policy that routes to them.

    Parameters
    ----------
    desk : Desk
    calendars : mapping of str to Calendar
        The policy's, by name.
    teams : container and iterable of str
        The policy's.

    Raises
    ------
    DeskError
        When the desk names a team, calendar or priority that the policy does not have.
    """

    __slots__ = ("_people", "_queued", "at_work", "calendars", "desk", "fixed")

    def __init__(self, desk: Desk, calendars: Mapping[str, Calendar], teams: Iterable[str]) -> None:
        known = frozenset(teams)
        self.desk = desk
        self._people: dict[str, list[Person]] = defaultdict(list)
        for agent in sorted(desk.agents, key=lambda entry: entry.name):
            _known(f"Agent {agent.name} is in team", agent.team, known)
            if agent.calendar is not None:
                _known(f"Agent {agent.name} works by calendar", agent.calendar, calendars)
            self._people[agent.team].append(_person(agent, calendars))
        named = dict.fromkeys(agent.calendar for agent in desk.agents if agent.calendar is not None)
        self.calendars = tuple(calendars[name] for name in named)
        self._queued: dict[tuple[str, str], int] = defaultdict(int)
        for entry in desk.queue:
            _known(f"Open ticket {entry.ticket_id} has priority", entry.priority, PRIORITIES)
            self._queued[entry.team, entry.priority] += entry.minutes
        _check_names(desk, known)
        home = {agent.name: agent.team for agent in desk.agents}
        self.fixed = {
            ticket_id: {"team": home[lock["agent"]], **lock} if lock.get("agent") in home else dict(lock)
            for ticket_id, lock in desk.locks.items()
        }
        self.at_work = lru_cache(_MOMENTS_KEPT)(self._at_work)

    def people(self, team: str) -> list[Person]:
        """Return everybody known in a team, at work or not."""
        return self._people.get(team, [])

    def _at_work(self, team: str, now: datetime) -> tuple[Person, ...]:
        """Return those of a team who are at work."""
        return tuple(person for person in self.people(team) if person.works(now))

    def best(
        self,
        team: str,
        needs: Needs,
        now: datetime,
        refused: Container[str] = (),
        given: Mapping[str, int] = _NOTHING,
    ) -> Person | None:
        """Return who should take a ticket, or None when nobody at work can.

        ``refused`` are names never to be chosen; ``given`` are minutes of work handed out since the snapshot.
        """
        able = [
            (person.fitness(needs, load), person)
            for person in self.at_work(team, now)
            if person.name not in refused
            and person.can_take(needs, load := person.agent.load_minutes + given.get(person.name, 0))
        ]
        return min(able, key=lambda entry: entry[0])[1] if able else None

    def wait_minutes(self, team: str, priority: str, now: datetime) -> float | None:
        """Return how long the work before a new ticket takes the team, or None when nobody is known to be at work."""
        hands = len(self.at_work(team, now))
        if not hands:
            return None
        ahead = sum(
            self._queued[team, name] for name in PRIORITIES if name <= priority and (team, name) in self._queued
        )
        return ahead / hands


@lru_cache(_DESKS_KEPT)
def staff_of(desk: Desk, policy: Policy) -> Staff:
    """Return a snapshot made ready once for all tickets decided on it; both are told apart by identity."""
    return Staff(desk, policy.calendars, policy.router.escalates_to)


def _person(agent: Agent, calendars: Mapping[str, Calendar]) -> Person:
    return Person(
        agent,
        skills=frozenset(map(folded, agent.skills)),
        languages=frozenset(map(folded, agent.languages)),
        calendar=None if agent.calendar is None else calendars[agent.calendar],
    )


def _check_names(desk: Desk, teams: Iterable[str]) -> None:
    for team in sorted(desk.closed_teams):
        _known("The closed teams name", team, teams)
    for ticket_id, fixed in desk.locks.items():
        if "priority" in fixed:
            _known(f"The lock on ticket {ticket_id} has priority", fixed["priority"], PRIORITIES)
        if "team" in fixed:
            _known(f"The lock on ticket {ticket_id} has team", fixed["team"], teams)


def _known(what: str, name: str, known: Iterable[str]) -> None:
    names = list(known)
    if name not in names:
        raise DeskError(f"{what} {name!r}, which the policy does not define; {nearest(name, names)}")
