"""The plan of a week: open tickets ranked, put into time blocks, kept, and looked back on a week later."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ticket_triage.domain.desk import Desk
from ticket_triage.domain.shown import Cells, Shown
from ticket_triage.errors import BadOptionError, MissingSlotError, nearest
from ticket_triage.intake.reading import read_tickets
from ticket_triage.intake.rows import tickets_from
from ticket_triage.planning.blocks import Lane, Task
from ticket_triage.planning.review import Review, review
from ticket_triage.planning.week import Responsibility, Update, WeekPlan, week_plan
from ticket_triage.policy import Policy
from ticket_triage.policy.areas import AreaMap, load_areas
from ticket_triage.policy.calendars import EPOCH, Calendar, microseconds
from ticket_triage.reports.calendar_file import calendar_file
from ticket_triage.reports.page import as_html, as_markdown
from ticket_triage.reports.plan_page import plan_events, plan_sections, plan_tables, plan_title
from ticket_triage.service.assess import Assessor, build_assessor
from ticket_triage.service.draft_message import draft_of
from ticket_triage.service.files import check_folder, write_text
from ticket_triage.service.models import DEFAULT_MODELS, DEFAULT_NAME
from ticket_triage.service.queue import Queue, queue_of
from ticket_triage.service.report import as_csv

if TYPE_CHECKING:
    from ticket_triage.policy.ranking import Ranked, Ranking
    from ticket_triage.service.train import MappingSource, Source

DEFAULT_PLANS = Path("plans")
_WEEKEND = 5
_WEEK = timedelta(days=7)
_SEEN = timedelta(days=28)
"""Who has answered a ticket this lately works at the desk."""
_TICK = re.compile(r"^\s*- \[(?P<box>[ xX])\] .*?P[1-4] (?P<ticket>\S+)(?:.*\)\s*why: ?(?P<why>.+)|.*)$")


@dataclass(frozen=True, eq=False, repr=False)
class Planned(Shown):
    """A plan, the draft of each of its updates (or why there is none), and why rules alone decided (else None)."""

    plan: WeekPlan
    drafts: tuple[str, ...]
    missing: str | None

    def told(self) -> list[str]:
        """Return whose week it is, its top five tasks, and what to do otherwise than last week."""
        missing = [] if self.missing is None else [f"warning: {self.missing}"]
        named = f"Plan of week {self.plan.week} for {self.plan.who}"
        return [named, *(f"- {task}" for task in self.plan.top), *self.plan.adjustments, *missing]

    def cells(self) -> Cells:
        """Return one row for each time block."""
        return ("ticket", "person", "begins", "ends"), self.plan.allocation.blocks

    def as_dict(self) -> dict[str, Any]:
        """Return the plan as plain values."""
        return self.plan.as_dict() | {"drafts": list(self.drafts)}


def plan_week(
    *,
    now: datetime,
    history: Source | None = None,
    queue: Source | None = None,
    agent: str | None = None,
    team: str | None = None,
    desk: str | Path | None = None,
    mapping: MappingSource = None,
    models: str | Path = DEFAULT_MODELS,
    name: str = DEFAULT_NAME,
    policy: str | Path | None = None,
    areas: str | Path | None = None,
    plans: str | Path = DEFAULT_PLANS,
) -> Planned:
    """Plan the week of a moment for one agent or one team; on a weekend, the week that comes.

    Parameters
    ----------
    now : datetime
        UTC-aware.
    history, queue : str, Path or DataFrame
        One of them: a history, of which the tickets open at ``now`` are planned, or a file of open tickets.
    agent, team : str or None
        One of them.
    desk : str, Path or None
        Who works, and how much they can hold; without it, whoever answered a ticket of the history lately.
    mapping, models, name, policy
        As for ``predict``.
    areas : str, Path or None
        Map of support work; None takes the shipped one.
    plans : str or Path
        Folder of earlier plans; last week's is looked back on.

    Raises
    ------
    InputError, PolicyError
        When something cannot be read, or nobody knows the agent or team.
    """
    _check_choice(history, queue, agent, team)
    source = history if history is not None else queue
    if source is None:
        raise BadOptionError("A plan needs tickets: give --history or --queue.")
    assessor = build_assessor(Path(models), name, _path(policy), _path(desk))
    work_map = load_areas(areas)
    frame = read_tickets(source, mapping, labelled=history is not None).tickets
    board = _Board.of(frame, now, assessor, past=history is not None)
    who = board.who(agent, team)
    monday = _monday(now)
    tasks = board.tasks(who)
    last = _look_back(Path(plans), who.name, monday, board, tasks)
    plan = week_plan(
        _week_name(monday),
        who.name,
        now,
        tasks,
        board.lanes(who, monday),
        _responsibilities(work_map, who.team),
        str(monday + _WEEK),
        last,
        board.away(who),
    )
    return Planned(plan, tuple(board.message(update) for update in plan.updates), assessor.missing)


def write_plan(found: Planned, plans: Path, *, replace: bool = False) -> list[Path]:
    """Keep a plan as a page, Markdown, a calendar, tables and data, and return the paths, the page first.

    Raises
    ------
    BadOptionError
        When the plan is kept already and ``replace`` is not given, or the folder cannot be written into.
    """
    plain = found.as_dict()
    check_folder(plans)
    plans.mkdir(parents=True, exist_ok=True)
    stem = _stem(plain["week"], plain["who"])
    if (plans / f"{stem}.json").exists() and not replace:
        raise BadOptionError(
            f"{plans / stem}.json is kept already and may have been edited; give --replace to make it anew."
        )
    sections = plan_sections(plain)
    texts = {
        ".html": as_html(plan_title(plain), sections),
        ".md": as_markdown(plan_title(plain), sections),
        ".ics": calendar_file(plan_events(plain), found.plan.now),
        ".json": json.dumps(plain, ensure_ascii=False, indent=1) + "\n",
    }
    texts |= {f"_{table}.csv": as_csv(rows) for table, rows in plan_tables(plain).items()}
    for ending, text in texts.items():
        write_text(plans / f"{stem}{ending}", text)
    return [plans / f"{stem}{ending}" for ending in texts]


@dataclass(frozen=True, slots=True)
class _Who:
    """Whose week it is."""

    name: str
    team: str
    agent: str | None


@dataclass(frozen=True, eq=False)
class _Board:
    """Open tickets in their order, whose they are, and who works."""

    queue: Queue
    assessor: Assessor
    opened: dict[str, Any]
    labels: dict[str, str]
    team_of: dict[str, str]
    agent_of: dict[str, str]
    lately: dict[str, str]
    now: datetime

    @property
    def ranked(self) -> Ranking:
        """The open tickets, first to be served first."""
        return self.queue.ranking

    @property
    def policy(self) -> Policy:
        """The policy they are decided by."""
        return self.assessor.policy

    @property
    def desk(self) -> Desk | None:
        """The desk, None when not known."""
        return self.assessor.desk

    @classmethod
    def of(cls, frame: pd.DataFrame, now: datetime, assessor: Assessor, *, past: bool) -> _Board:
        open_now = _open(frame, now, assessor.policy) if past else frame
        queue = queue_of(tickets_from(open_now), assessor, now)
        rows = open_now.set_index("ticket_id", drop=False)
        given = _texts(rows, "team")
        team_of = {
            entry.ticket.ticket_id: given.get(entry.ticket.ticket_id) or entry.decision.route.team or ""
            for entry in queue.ranking
        }
        agent_of = _assigned(rows, now, past=past)
        for entry, agent in zip(queue.ranking, queue.agents, strict=True):
            if agent is not None:
                agent_of.setdefault(entry.ticket.ticket_id, agent)
        lately = _lately(frame, now) if past else {}
        opened = dict(zip(map(str, rows.index), rows["opened_at"], strict=True)) if "opened_at" in rows else {}
        labels = _texts(rows, "category")
        board = cls(queue, assessor, opened, labels, team_of, agent_of, lately, now)
        board._hand_out_the_rest()
        return board

    def _hand_out_the_rest(self) -> None:
        """Without a desk, give each team's unassigned tickets to its people in turn, so that no two plan the same."""
        if self.desk is not None:
            return
        turns: dict[str, int] = {}
        for entry in self.ranked:
            team = self.team_of[entry.ticket.ticket_id]
            people = sorted(agent for agent, home in self.lately.items() if home == team)
            if people and entry.ticket.ticket_id not in self.agent_of:
                turn = turns[team] = turns.get(team, -1) + 1
                self.agent_of[entry.ticket.ticket_id] = people[turn % len(people)]

    def who(self, agent: str | None, team: str | None) -> _Who:
        homes = dict(self.lately) if self.desk is None else {one.name: one.team for one in self.desk.agents}
        for ticket_id, name in self.agent_of.items():
            homes.setdefault(name, self.team_of[ticket_id])
        if agent is not None:
            if agent not in homes:
                raise BadOptionError(f"Nobody knows an agent {agent!r}; {nearest(agent, homes)}")
            return _Who(agent, homes[agent], agent)
        teams = {*self.policy.router.escalates_to, *self.team_of.values()} - {""}
        if team is None or team not in teams:
            raise BadOptionError(f"There is no team {team!r}; {nearest(str(team), teams)}")
        return _Who(team, team, None)

    def tasks(self, who: _Who) -> list[Task]:
        """Return the open tickets of an agent or team as work, first to be served first."""
        return [self._task(entry) for entry in self.ranked if self._is_of(entry.ticket.ticket_id, who)]

    def _is_of(self, ticket_id: str, who: _Who) -> bool:
        if who.agent is not None:
            return self.agent_of.get(ticket_id) == who.agent
        return self.team_of[ticket_id] == who.team

    def _task(self, entry: Ranked) -> Task:
        ticket, decision = entry.ticket, entry.decision
        due = decision.deadline("resolution")
        opened = ticket.opened_at
        ways = [decision.escalation.functional, decision.escalation.hierarchical]
        named = [f"{way} to {to}" for way, to in zip(("functional", "hierarchical"), ways, strict=True) if to]
        return Task(
            ticket_id=ticket.ticket_id,
            title=ticket.subject or ticket.body[:60],
            priority=decision.priority,
            points=decision.points,
            minutes=self.policy.router.needed_by(ticket, decision).minutes,
            category=self._category(entry),
            person=self.agent_of.get(ticket.ticket_id),
            due_at=None if due is None else due.due_at,
            depends_on=ticket.depends_on,
            stakeholders=ticket.stakeholders,
            reason=decision.reason,
            escalation=" and ".join(named),
            escalate_to=next((to for to in ways if to), None),
            new=opened is not None and opened > self.now - _WEEK,
            conflict=bool(ticket.conflict),
        )

    def _category(self, entry: Ranked) -> str | None:
        found = entry.decision.answer("category")
        return self.labels.get(entry.ticket.ticket_id) or (None if found is None else found.answer)

    def lanes(self, who: _Who, monday: date) -> list[Lane]:
        known = () if self.desk is None else self.desk.agents
        if own := [one for one in known if self._in(one.name, one.team, who)]:
            here = [one for one in own if one.present]
            return [Lane(one.name, self._spans(one.calendar, one.team, monday), one.capacity_minutes) for one in here]
        names = sorted(agent for agent, team in self.lately.items() if self._in(agent, team, who))
        held = {task.person for task in self.tasks(who) if task.person is not None}
        names = names or sorted(held) or [who.name]
        return [Lane(name, self._spans(None, who.team, monday)) for name in names]

    def message(self, update: Update) -> str:
        """Return the draft of an update in the ticket's language, or why the language bank has none."""
        try:
            draft = draft_of(
                update.kind, self.queue, update.ticket_id, self.assessor, self.now, given=dict(update.slots)
            )
        except MissingSlotError as error:
            return f"No draft: {error}"
        return draft.text

    def away(self, who: _Who) -> list[str]:
        people = () if self.desk is None else self.desk.agents
        return [one.name for one in people if self._in(one.name, one.team, who) and not one.present]

    @staticmethod
    def _in(agent: str, team: str, who: _Who) -> bool:
        return agent == who.agent if who.agent is not None else team == who.team

    def _spans(self, calendar: str | None, team: str, monday: date) -> tuple[tuple[datetime, datetime], ...]:
        teams = self.policy.as_dict()["teams"]
        name = calendar or teams.get(team, {}).get("calendar")
        times = self.policy.calendars[name] if name else self.policy.ageing.calendar
        return tuple(_working(times, monday, self.now))

    def opened_after(self, task: Task, moment: datetime) -> bool:
        """Whether a ticket came in after a moment; True where its opening is not known."""
        opened = self.opened.get(task.ticket_id)
        return opened is None or bool(pd.isna(opened)) or opened > pd.Timestamp(moment)

    def is_open(self, ticket_id: str) -> bool:
        """Whether a ticket is open now."""
        return ticket_id in self.team_of


def _working(calendar: Calendar, monday: date, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the working time of a week that is still to come."""
    first = (monday - EPOCH.date()).days
    for day in range(first, first + 7):
        for begins, ends in calendar.day(day):
            left = max(begins, microseconds(now)), ends
            if left[0] < left[1]:
                yield EPOCH + timedelta(microseconds=left[0]), EPOCH + timedelta(microseconds=left[1])


def _open(frame: pd.DataFrame, now: datetime, policy: Policy) -> pd.DataFrame:
    """Return the tickets of a history that were open at a moment, with what was known then."""
    moment = pd.Timestamp(now)
    if "opened_at" not in frame or frame["opened_at"].isna().all():
        raise BadOptionError(
            "The history has no opened_at, so nothing says what is open; hand open tickets in as --queue."
        )
    opened = frame["opened_at"] <= moment
    resolved = frame["resolved_at"] if "resolved_at" in frame else pd.Series(pd.NaT, index=frame.index)
    over = resolved <= moment
    if "status" in frame:
        done = {status: bool(policy.statuses.done(str(status))) for status in frame["status"].dropna().unique()}
        over |= resolved.isna() & frame["status"].map(done).fillna(value=False).astype(bool)
    return frame[opened & ~over]


def _assigned(rows: pd.DataFrame, now: datetime, *, past: bool) -> dict[str, str]:
    """Return whose tickets are; in a history, only once they had answered."""
    named = _texts(rows, "agent")
    if past and "first_response_at" in rows:
        answered = rows["first_response_at"] <= pd.Timestamp(now)
        named = {ticket_id: agent for ticket_id, agent in named.items() if answered[ticket_id]}
    return named


def _lately(frame: pd.DataFrame, now: datetime) -> dict[str, str]:
    """Return who answered tickets in the last weeks, and the team most of these were of."""
    if "agent" not in frame or "first_response_at" not in frame:
        return {}
    at = frame["first_response_at"]
    rows = frame[(at > pd.Timestamp(now - _SEEN)) & (at <= pd.Timestamp(now)) & frame["agent"].notna()]
    if "team" not in rows:
        return {}
    counts = rows.groupby(["agent", "team"]).size().reset_index(name="tickets")
    most = counts.sort_values(["agent", "tickets", "team"]).drop_duplicates("agent", keep="last")
    return dict(zip(map(str, most["agent"]), map(str, most["team"]), strict=True))


def _look_back(plans: Path, who: str, monday: date, board: _Board, tasks: Sequence[Task]) -> Review | None:
    stem = _stem(_week_name(monday - _WEEK), who)
    path = plans / f"{stem}.json"
    if not path.exists():
        return None
    try:
        plan = json.loads(path.read_text("utf-8"))
        made = datetime.fromisoformat(plan["now"])
        known = {task["ticket_id"] for task in plan["tasks"]}
        ticked = _ticked(plans / f"{stem}.md")
        new = [task.minutes for task in tasks if task.ticket_id not in known and board.opened_after(task, made)]
        return review(plan, board.is_open, ticked, new)
    except (ValueError, KeyError, TypeError):
        raise BadOptionError(f"{path} is no plan that can be looked back on; move it out of the folder.") from None


def _ticked(path: Path) -> dict[str, str | None]:
    """Read what a person ticked in a plan's Markdown (None), or why they did not."""
    if not path.exists():
        return {}
    found: dict[str, str | None] = {}
    for line in path.read_text("utf-8", errors="replace").splitlines():
        match = _TICK.match(line)
        if match is not None:
            ticket = re.sub(r"\\(.)", r"\1", match["ticket"])
            if match["box"] != " ":
                found[ticket] = None
            elif match["why"] and ticket not in found:
                found[ticket] = match["why"].strip()
    return found


def _responsibilities(areas: AreaMap, team: str) -> list[Responsibility]:
    return [
        Responsibility(part.title, part.skills, part.tasks)
        for area in areas.of_queue(team)
        for part in area.walk()
        if part.tasks
    ]


def _check_choice(history: object, queue: object, agent: str | None, team: str | None) -> None:
    if (history is None) == (queue is None):
        raise BadOptionError("A plan needs tickets from one place: give either --history or --queue.")
    if (agent is None) == (team is None):
        raise BadOptionError("A plan is somebody's: give either --agent or --team.")


def _monday(now: datetime) -> date:
    today = now.astimezone(UTC).date()
    monday = today - timedelta(days=today.weekday())
    return monday + _WEEK if today.weekday() >= _WEEKEND else monday


def _week_name(monday: date) -> str:
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02d}"


def _stem(week: str, who: str) -> str:
    """Return a file's name without its ending; a name that cannot stand in one keeps apart by a hash."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "-", who)
    return f"{week}-{plain}" if plain == who else f"{week}-{plain}-{sha256(who.encode()).hexdigest()[:8]}"


def _texts(rows: pd.DataFrame, column: str) -> dict[str, str]:
    if column not in rows:
        return {}
    return {str(ticket_id): text for ticket_id, value in rows[column].items() if (text := _text(value))}


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _path(value: str | Path | None) -> Path | None:
    return None if value is None else Path(value)
