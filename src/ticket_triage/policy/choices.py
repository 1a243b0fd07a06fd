"""The request types a team chose for itself, as far as its people have room for them.

Where the desk is known, chosen tickets go forward only until they fill a share of the room that people at work have
left beside the graver work that waits for their team; the gravest come first, then the oldest.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ticket_triage.domain.decision import PRIORITIES
from ticket_triage.policy.conditions import folded
from ticket_triage.policy.staffing import A_DAYS_WORK, staff_of
from ticket_triage.policy.units import WHOLE, parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ticket_triage.domain.decision import Decision
    from ticket_triage.domain.desk import Desk
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.policy.compiled import Policy
    from ticket_triage.policy.schema import PolicyFile

Found = tuple[int, str]
"""A share in ten-thousandths, and the evidence."""


@dataclass(frozen=True, slots=True)
class ChoiceBook:
    """What each team chose, by folded category, of which priorities, and the share of its room that may go there."""

    teams: Mapping[str, Mapping[str, int]]
    priorities: frozenset[str]
    room_share: int

    def chosen(self, decision: Decision) -> Found | None:
        """Return what a team's choice makes of a ticket, whatever room there is."""
        team, category = decision.route.team, decision.facts.get("category")
        known = None if team is None else self.teams.get(team)
        if not known or not isinstance(category, str) or decision.priority not in self.priorities:
            return None
        value = known.get(folded(category))
        return (value, f"{team} chose {category}") if value else None

    def granted(
        self,
        decided: Sequence[tuple[Ticket, Decision]],
        opened: Sequence[datetime],
        policy: Policy,
        now: datetime,
        desk: Desk | None,
    ) -> list[Found | None]:
        """Return what the teams' choices make of each ticket; one that finds no room has a share of 0, and says so."""
        found: list[Found | None] = [None] * len(decided)
        if self.teams:
            found = [self.chosen(decision) for _, decision in decided]
        if desk is None or not any(found):
            return found
        room = _Room(decided, policy, now, desk, self.room_share)
        places = [place for place, choice in enumerate(found) if choice is not None]
        for place in sorted(places, key=lambda at: (decided[at][1].priority, opened[at], decided[at][0].ticket_id)):
            found[place] = room.taken(*decided[place], found[place] or (0, ""))
        return found


class _Room:
    """The minutes that the teams of a desk may give to what they chose."""

    def __init__(
        self, decided: Sequence[tuple[Ticket, Decision]], policy: Policy, now: datetime, desk: Desk, share: int
    ) -> None:
        self._policy, self._now, self._share = policy, now, share
        self._staff = staff_of(desk, policy)
        here = {ticket.ticket_id for ticket, _ in decided}
        self._work: defaultdict[tuple[str | None, str], int] = defaultdict(int)
        for ticket, decision in decided:
            self._work[decision.route.team, decision.priority] += self._minutes(ticket, decision)
        for entry in desk.queue:
            if entry.ticket_id not in here:
                self._work[entry.team, entry.priority] += entry.minutes
        self._given: defaultdict[str, int] = defaultdict(int)
        self._budgets: dict[tuple[str, str], int | None] = {}

    def taken(self, ticket: Ticket, decision: Decision, choice: Found) -> Found:
        """Return a choice with the minutes it takes, or why it has none."""
        team = decision.route.team or ""
        budget = self._budget(team, decision.priority)
        if budget is None:
            return choice
        value, evidence = choice
        needed = self._given[team] + self._minutes(ticket, decision)
        if needed > budget:
            return 0, f"{evidence}, but of its room {budget} minutes may go to that"
        self._given[team] = needed
        return value, f"{evidence}, {needed} of {budget} minutes of its room that may go to that"

    def _minutes(self, ticket: Ticket, decision: Decision) -> int:
        return self._policy.router.needed_by(ticket, decision).minutes

    def _budget(self, team: str, priority: str) -> int | None:
        """Return the minutes for choices of a priority, None where nobody of the team is known."""
        key = team, priority
        if key not in self._budgets:
            self._budgets[key] = self._left(team, priority) if self._staff.people(team) else None
        return self._budgets[key]

    def _left(self, team: str, priority: str) -> int:
        agents = [person.agent for person in self._staff.at_work(team, self._now)]
        room = sum(max(0, (agent.capacity_minutes or A_DAYS_WORK) - agent.load_minutes) for agent in agents)
        graver = sum(self._work.get((team, name), 0) for name in PRIORITIES if name < priority)
        return max(0, room - graver) * self._share // WHOLE


def choice_book(file: PolicyFile) -> ChoiceBook:
    """Return the policy's choices of teams ready to be read."""
    table = file.strategies.team_choice
    chosen = {
        name: {folded(category): parts(value) for category, value in team.chooses.items()}
        for name, team in file.teams.items()
        if team.chooses
    }
    return ChoiceBook(chosen if table.points else {}, frozenset(table.priorities), parts(table.room_share))
