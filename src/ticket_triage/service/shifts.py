"""Who works in a replay: people named in a file, or read off a history; and what each of them can take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ticket_triage.errors import DeskError, nearest
from ticket_triage.replay import Agents, Hours
from ticket_triage.service.past import hours_of, usual_hours

if TYPE_CHECKING:
    from ticket_triage.domain.desk import Agent, Desk
    from ticket_triage.policy.compiled import Policy
    from ticket_triage.service.past import Past

_REGULAR = 0.05
"""Somebody belongs to a team when at least this share of their tickets was that team's."""


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody who takes tickets: of these teams, and in them of these categories (empty means all)."""

    name: str
    hours: Hours
    teams: frozenset[str]
    skills: frozenset[str]

    def takes(self, team: str, category: str) -> bool:
        """Say whether a ticket is theirs; whose team nobody knows is everybody's."""
        return (not team or team in self.teams) and (not self.skills or not category or category in self.skills)


class Shifts:
    """The desk's people and its queues: a queue is what the same people can take.

    Parameters
    ----------
    hands : iterable of Hand
    told : str
        In one sentence, where they come from.
    """

    def __init__(self, hands: Iterable[Hand], told: str) -> None:
        self.hands = list(hands)
        self.told = told
        self._queues: dict[frozenset[int], int] = {}
        self._known: dict[tuple[str, str], int] = {}

    def queue(self, team: str, category: str) -> int:
        """Return where a team's ticket of a category waits; without anybody skilled, the whole team takes it."""
        if (team, category) not in self._known:
            able = frozenset(place for place, hand in enumerate(self.hands) if hand.takes(team, category))
            own = frozenset(place for place, hand in enumerate(self.hands) if not team or team in hand.teams)
            self._known[team, category] = self._queues.setdefault(able or own, len(self._queues))
        return self._known[team, category]

    def agents(self) -> Agents:
        """Return everybody, with the queues asked for so far."""
        takes: list[list[int]] = [[] for _ in self.hands]
        for able, queue in self._queues.items():
            for place in able:
                takes[place].append(queue)
        return Agents([hand.hours for hand in self.hands], takes)


def inferred(past: Past) -> Shifts:
    """Read off a history who worked, when the desk was open, and what each of them took.

    Everybody named in it works through all of it; a team whose tickets name nobody has one nameless agent.
    """
    hours, told = usual_hours(past)
    handled: dict[str, dict[str, int]] = {}
    skills: dict[str, set[str]] = {}
    for name, team, category in zip(past.agent, past.team, past.category, strict=True):
        if name:
            counts = handled.setdefault(name, {})
            counts[team] = counts.get(team, 0) + 1
            skills.setdefault(name, set()).add(category)
    hands = [
        Hand(name, hours, _regular(counts), frozenset(skills[name] - {""})) for name, counts in sorted(handled.items())
    ]
    named = frozenset(team for hand in hands for team in hand.teams)
    without = sorted(set(past.team) - named - {""})
    hands += [Hand(f"somebody in {team}", hours, frozenset({team}), frozenset()) for team in without]
    if not hands:
        hands = [Hand("somebody", hours, frozenset(), frozenset())]
    nameless = f", {len(without)} of them nameless, one for each team whose tickets name nobody" if without else ""
    return Shifts(hands, f"{len(hands)} people read off the history{nameless}, at work {told}.")


def named(desk: Desk, policy: Policy, past: Past) -> Shifts:
    """Return the people of a desk file, checked against the policy's calendars and the history's teams.

    Raises
    ------
    DeskError
        When a calendar is unknown, or nobody named is in a team that has tickets.
    """
    always = Hours.always()
    made: dict[str, Hours] = {}
    present = [agent for agent in desk.agents if agent.present]
    hands = [
        Hand(agent.name, _hours(agent, policy, past, made, always), frozenset({agent.team}), frozenset(agent.skills))
        for agent in present
    ]
    staffed = {agent.team for agent in present}
    for team in sorted(set(past.team) - {""}):
        if team not in staffed:
            count = int((past.team == team).sum())
            raise DeskError(
                f"Nobody at work in the desk file is in team {team!r}, which has {count:,} tickets of the history; "
                "add agents of that team, or use '--agents inferred'."
            )
    if not hands:
        raise DeskError("The desk file names nobody who is at work; add agents, or use '--agents inferred'.")
    return Shifts(hands, f"{len(hands)} people named in the desk file, working by their calendars.")


def _hours(agent: Agent, policy: Policy, past: Past, made: dict[str, Hours], always: Hours) -> Hours:
    if agent.calendar is None:
        return always
    if agent.calendar not in policy.calendars:
        raise DeskError(
            f"Agent {agent.name} works by calendar {agent.calendar!r}, which the policy does not define; "
            f"{nearest(agent.calendar, policy.calendars)}"
        )
    if agent.calendar not in made:
        made[agent.calendar] = hours_of(policy.calendars[agent.calendar], past)
    return made[agent.calendar]


def _regular(counts: Mapping[str, int]) -> frozenset[str]:
    bar = _REGULAR * sum(counts.values())
    return frozenset(team for team, count in counts.items() if count >= bar and team)
