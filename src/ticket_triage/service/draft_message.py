"""Drafts of messages to requesters and colleagues, their slots filled from the ticket, its queue and the desk.

Nothing here sends anything: a person reads the draft, changes it, and sends it or not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from ticket_triage.domain.shown import Cells, Shown
from ticket_triage.errors import BadOptionError, MissingSlotError, nearest
from ticket_triage.intake.reading import read_tickets
from ticket_triage.intake.rows import tickets_from
from ticket_triage.policy.clock import due_at
from ticket_triage.policy.conditions import folded
from ticket_triage.policy.messages import KINDS
from ticket_triage.policy.scorecard import URGENCY
from ticket_triage.policy.staffing import staff_of
from ticket_triage.service.assess import Assessor, build_assessor
from ticket_triage.service.models import DEFAULT_MODELS, DEFAULT_NAME
from ticket_triage.service.queue import Queue, queue_of
from ticket_triage.service.receipt_files import read_receipts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ticket_triage.domain.decision import ScorecardLine
    from ticket_triage.domain.recorded import Recorded
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.policy import Ranked
    from ticket_triage.service.train import MappingSource, Source

_MAX_SUBJECT_CHARS = 120


@dataclass(frozen=True, slots=True, repr=False)
class Draft(Shown):
    """A message to be read, changed and sent by a person.

    Parameters
    ----------
    kind, ticket_id, language, text : str
    slots : mapping of str to str
        What was put into the text.
    """

    kind: str
    ticket_id: str
    language: str
    text: str
    slots: Mapping[str, str]

    def told(self) -> list[str]:
        """Return the text, line by line."""
        return self.text.splitlines()

    def cells(self) -> Cells:
        """Return one row for each slot that was filled."""
        return ("slot", "filled with"), self.slots.items()

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "kind": self.kind,
            "ticket_id": self.ticket_id,
            "language": self.language,
            "text": self.text,
            "slots": dict(self.slots),
        }


def draft_message(
    kind: str,
    tickets: Source,
    ticket_id: str,
    *,
    now: datetime,
    language: str | None = None,
    slots: Mapping[str, str] | None = None,
    previous: str | Path | None = None,
    mapping: MappingSource = None,
    models: str | Path = DEFAULT_MODELS,
    name: str = DEFAULT_NAME,
    policy: str | Path | None = None,
    desk: str | Path | None = None,
) -> Draft:
    """Draft a message about one of the open tickets.

    Parameters
    ----------
    kind : str
        One of ``policy.messages.KINDS``.
    tickets : str, Path or DataFrame
        Everything open: the queue the ticket stands in.
    ticket_id : str
    now : datetime
        UTC-aware.
    language : str or None
        The ticket's own, when the policy has words in it, else English.
    slots : mapping of str to str or None
        What a person gives; it goes before what is known.
    previous : str, Path or None
        The ticket's earlier receipt, for ``priority_changed``.
    mapping, models, name, policy, desk
        As for :func:`ticket_triage.service.predict.predict`.

    Raises
    ------
    MissingSlotError
        When nothing is known for a slot, saying why.
    BadOptionError
        When there is no such kind, slot or ticket.
    """
    given = _given(kind, slots or {})
    assessor = build_assessor(
        Path(models), name, None if policy is None else Path(policy), None if desk is None else Path(desk)
    )
    queue = queue_of(tickets_from(read_tickets(tickets, mapping, labelled=False).tickets), assessor, now)
    earlier = None if previous is None else _earlier(previous, ticket_id)
    return draft_of(kind, queue, ticket_id, assessor, now, language, given, earlier)


def draft_of(
    kind: str,
    queue: Queue,
    ticket_id: str,
    assessor: Assessor,
    now: datetime,
    language: str | None = None,
    given: Mapping[str, str] | None = None,
    earlier: Recorded | None = None,
) -> Draft:
    """Draft a message about a ticket of a queue; see :func:`draft_message`."""
    scene = _Scene(kind, queue, ticket_id, assessor, now, earlier, language)
    used: dict[str, str] = {}

    def slot(name: str) -> str:
        used[name] = (given or {}).get(name) or scene.value(name)
        return used[name]

    text = assessor.policy.words.message(kind, scene.language, slot)
    return Draft(kind, ticket_id, scene.language, text, used)


def _given(kind: str, slots: Mapping[str, str]) -> Mapping[str, str]:
    if kind not in KINDS:
        raise BadOptionError(f"There is no kind of message {kind!r}; {nearest(kind, KINDS)}")
    for name, value in slots.items():
        if name not in KINDS[kind]:
            raise BadOptionError(f"Message {kind} has no slot {name!r}; {nearest(name, KINDS[kind])}")
        if not value.strip():
            raise BadOptionError(f"Slot {name} is given, but empty; say something or leave it out.")
    return slots


def _earlier(path: str | Path, ticket_id: str) -> Recorded:
    for receipt in read_receipts(path):
        if receipt.ticket_id == ticket_id:
            return receipt
    raise BadOptionError(f"{path} holds no receipt of ticket {ticket_id!r}; name the earlier one with --previous.")


class _Scene:
    """One ticket in its queue, and what can be said of it."""

    def __init__(
        self,
        kind: str,
        queue: Queue,
        ticket_id: str,
        assessor: Assessor,
        now: datetime,
        earlier: Recorded | None,
        language: str | None,
    ) -> None:
        self.kind, self.assessor, self.now, self.earlier = kind, assessor, now, earlier
        self.policy, self.desk = assessor.policy, assessor.desk
        self.places = list(zip(queue.ranking, queue.agents, strict=True))
        ids = [entry.ticket.ticket_id for entry, _ in self.places]
        if ticket_id not in ids:
            raise BadOptionError(f"There is no ticket {ticket_id!r} among {len(ids):,}; {nearest(ticket_id, ids[:50])}")
        self.place = ids.index(ticket_id)
        entry, self.agent = self.places[self.place]
        self.ticket, self.decision = entry.ticket, entry.decision
        self.language = self.policy.words.language(kind, language or self.ticket.language)

    def value(self, slot: str) -> str:
        """Return what is known for a slot.

        Raises
        ------
        MissingSlotError
        """
        ways: dict[str, Callable[[], str]] = {
            "task": lambda: self._named(self.ticket),
            "issue": lambda: self._named(self.ticket),
            "priority": self._priority,
            "metric": self._own_metric,
            "date": self._date,
            "stakeholder": self._stakeholder,
            "expertise": self._expertise,
            "reason": self._reason,
            "risk": self._risk,
            "project": self._project,
            "action": self._action,
            "goal": self._goal,
            "priority_1": lambda: self._named(self._ahead(0).ticket),
            "priority_2": lambda: self._named(self._ahead(1).ticket),
            "key_business_metric": lambda: self._metric(self._ahead(0).decision.scorecard),
            "time_frame": self._begins,
            "alternative_resource": self._alternative,
            "wait": self._wait,
            "old_priority": lambda: str(self._previous().content["priority"]),
            "new_priority": lambda: self.decision.priority,
        }
        self._slot = slot
        if slot not in ways:
            raise self._missing("only a person knows it")
        return ways[slot]()

    def _missing(self, why: str) -> MissingSlotError:
        return MissingSlotError(self.kind, self._slot, why)

    def _named(self, ticket: Ticket) -> str:
        first = next((line for line in (ticket.subject, *ticket.body.splitlines()) if line.strip()), ticket.ticket_id)
        short = first.strip() if len(first) <= _MAX_SUBJECT_CHARS else f"{first[:_MAX_SUBJECT_CHARS].rstrip()}…"
        return self.policy.words.phrase("named", self.language, subject=short)

    def _priority(self) -> str:
        ahead = self._mine()
        if self.kind == "top_priority":
            if ahead:
                raise self._missing(f"{len(ahead)} tickets of that queue stand before it, so it does not come first")
            return self.decision.priority
        if not ahead:
            raise self._missing("nothing stands before it in that queue")
        return self._named(ahead[-1].ticket)

    def _mine(self) -> list[Ranked]:
        """Return what stands before it in the same agent's queue, or its team's when no agent is known."""
        return [
            entry
            for entry, agent in self.places[: self.place]
            if (agent == self.agent if self.agent is not None else entry.decision.route.team == self._team())
        ]

    def _team(self) -> str | None:
        return self.decision.route.team

    def _ahead(self, place: int) -> Ranked:
        """Return the first or second ticket of its queue, as long as that stands before it."""
        ahead = self._mine()
        if len(ahead) <= place:
            raise self._missing("fewer than two tickets of that queue stand before it, so it need not wait")
        return ahead[place]

    def _own_metric(self) -> str:
        """Return what the ticket's points mostly stand for; what is tracked is the time a target is set for."""
        tracked = [line for line in self.decision.scorecard if self.kind == "tracking" and line.criterion == URGENCY]
        return self._metric(tracked or self.decision.scorecard)

    def _metric(self, lines: Sequence[ScorecardLine]) -> str:
        top = max(lines, key=lambda line: line.points)
        found = self.policy.words.criterion(top.criterion, "metric", self.language)
        if found is None:
            raise self._missing(f"the policy has no [criteria.{top.criterion}]")
        return found

    def _date(self) -> str:
        if self.kind == "deferral" and not self._mine():
            raise self._missing("nothing stands before it in that queue, so nothing defers it")
        if self.kind in ("deferral", "expected_wait"):
            return self._begins()
        due = [
            entry.due_at for entry in self.decision.deadlines if entry.due_at is not None and entry.due_at > self.now
        ]
        if not due:
            raise self._missing("every deadline has passed")
        return self._moment(due[0] if self.kind == "input_needed" else due[-1])

    def _minutes_ahead(self) -> int:
        """Return the working minutes until somebody begins with it."""
        router = self.policy.router
        work = sum(router.needed_by(entry.ticket, entry.decision).minutes for entry in self._mine())
        if self.agent is not None:
            return work
        team = self._team()
        if self.desk is None or team is None:
            raise self._missing("without the desk nobody knows who works; name its snapshot with --desk")
        hands = len(staff_of(self.desk, self.policy).at_work(team, self.now))
        if not hands:
            raise self._missing(f"nobody of {team} is at work")
        return -(-work // hands)

    def _begins(self) -> str:
        calendar, minutes = self.policy.ageing.calendar, self._minutes_ahead()
        begins = due_at(self.now, minutes, calendar) if minutes else self.now
        if begins is None:
            raise self._missing(f"calendar {calendar.name} never holds so much work")
        return self._moment(begins)

    def _moment(self, at: datetime) -> str:
        """Write a moment by the wall clock of the desk's calendar."""
        zone = self.policy.ageing.calendar.zone
        local = at.astimezone(UTC if not isinstance(zone, ZoneInfo) else zone)
        return f"{local:%Y-%m-%d %H:%M} ({local.tzname()})"

    def _wait(self) -> str:
        hours, minutes = divmod(self._minutes_ahead(), 60)
        return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min"

    def _stakeholder(self) -> str:
        if self.kind == "escalated":
            if self.decision.escalation.to is None:
                raise self._missing("the ticket is not escalated")
            return self.decision.escalation.to
        if not self.ticket.stakeholders:
            raise self._missing("the ticket names no stakeholder")
        return self.ticket.stakeholders[0]

    def _expertise(self) -> str:
        team = self.decision.escalation.functional
        if team is None:
            raise self._missing("no team with other skills takes over")
        return str(self.policy.as_dict()["teams"][team]["about"])

    def _reason(self) -> str:
        other = self._previous().content["scorecard"] if self.kind == "priority_changed" else self._first()
        before = {line["criterion"]: float(line["points"]) for line in other}
        line = max(self.decision.scorecard, key=lambda entry: abs(entry.points - before.get(entry.criterion, 0.0)))
        words = self.policy.words
        return words.phrase(
            "points",
            self.language,
            criterion=words.criterion(line.criterion, "name", self.language) or line.criterion.replace("_", " "),
            points=f"{line.points:.2f}",
            weight=f"{line.weight:g}",
            other=f"{before.get(line.criterion, 0.0):.2f}",
        )

    def _first(self) -> list[dict[str, Any]]:
        if not self.place:
            raise self._missing("it stands first in the queue")
        first = self.places[0][0].decision
        return [{"criterion": line.criterion, "points": line.points} for line in first.scorecard]

    def _previous(self) -> Recorded:
        if self.earlier is None:
            raise self._missing("its earlier receipt is not given; name it with --previous")
        if self.earlier.content["priority"] == self.decision.priority:
            raise self._missing(f"its priority is {self.decision.priority} as before")
        return self.earlier

    def _risk(self) -> str:
        if not self.decision.signals:
            raise self._missing("no signal of the ticket speaks of one")
        return self.decision.signals[0].found

    def _project(self) -> str:
        if self.ticket.project is None:
            raise self._missing("the ticket names none")
        return self.ticket.project

    def _action(self) -> str:
        return self.policy.words.phrase("action", self.language, task=self._named(self.ticket), date=self._date())

    def _goal(self) -> str:
        minutes = str(self.decision.deadlines[-1].target_minutes)
        return self.policy.words.phrase("goal", self.language, minutes=minutes, priority=self.decision.priority)

    def _alternative(self) -> str:
        """Return the least loaded other team that has the skill, with whoever of it would take the ticket."""
        if self.desk is None:
            raise self._missing("the desk is not known; name its snapshot with --desk")
        needs, staff = self.policy.router.needed_by(self.ticket, self.decision), staff_of(self.desk, self.policy)
        own = self._team()
        found = []
        for team in self.policy.router.escalates_to:
            person = staff.best(team, needs, self.now) if team != own and team not in self.desk.closed_teams else None
            if person is not None and needs.skills <= person.skills:
                found.append((person.fitness(needs, person.agent.load_minutes)[2], team, person.name))
        if not found:
            skills = ", ".join(sorted(map(folded, needs.skills))) or "it needs"
            raise self._missing(f"no other team at work has the skill {skills}")
        _, team, name = min(found)
        return f"{name} ({team})"
