"""A first policy of a desk's own, proposed from its past, each entry beside what it rests on."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ticket_triage.domain.shown import Cells, Shown
from ticket_triage.errors import BadOptionError
from ticket_triage.intake.reading import read_tickets
from ticket_triage.policy import load_policy, parse_policy
from ticket_triage.policy.calendars import MINUTE, microseconds
from ticket_triage.policy.categories import DEFAULT
from ticket_triage.policy.clock import worked
from ticket_triage.reports.text import printable
from ticket_triage.service.policy_evidence import WEEKDAYS, Evidence, RouteEvidence, gather

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ticket_triage.policy import Policy
    from ticket_triage.policy.calendars import Calendar
    from ticket_triage.service.train import MappingSource, Source

_QUANTILE = 0.8
_FEW = 10
_BARE = re.compile("[A-Za-z0-9_-]+")
_STEPS = (5, 15, 30, 60)
_LONGEST_TARGET = 527_040


@dataclass(frozen=True, slots=True, repr=False)
class Draft(Shown):
    """A proposed policy file: its text, the policy it makes, and what it rests on."""

    text: str
    policy: Policy
    evidence: Evidence

    def told(self) -> list[str]:
        """Return on how many tickets it rests; ``text`` is the file."""
        return [f"A policy proposed from {self.evidence.tickets:,} tickets; its text says what each entry rests on."]

    def cells(self) -> Cells:
        """Return one row for each route."""
        return RouteEvidence._fields, self.evidence.routes


def draft_policy(history: Source, *, mapping: MappingSource = None, name: str = "own", time_zone: str = "UTC") -> Draft:
    """Propose teams, routes, category defaults, hours and targets from a desk's own past.

    Parameters
    ----------
    history : str, Path or DataFrame
        Tickets with ``category`` and ``team``; ``first_response_at``, ``resolved_at`` and ``urgency`` give hours and
        targets.
    mapping : str, Path, mapping or None
    name : str, default="own"
        What the policy is called.
    time_zone : str, default="UTC"
        In which the desk's hours are written.

    Returns
    -------
    Draft
        Its policy has passed every check, and names a route for every category of the history.

    Raises
    ------
    BadOptionError
        When there is no such time zone.
    InputError
        When the history cannot be read, or names no category or no team.
    """
    reading = read_tickets(history, mapping)
    evidence = gather(reading.tickets, reading.source, load_policy(), _zone(time_zone))
    lines = [*_head(evidence, reading.source, name), *_calendar(evidence, time_zone)]
    lines += [*_teams(evidence), *_routing(evidence), *_signals(evidence)]
    calendars = parse_policy("\n".join(lines), "the draft").calendars
    text = "\n".join([*lines, *_targets(evidence, calendars)]) + "\n"
    return Draft(text, parse_policy(text, "the draft"), evidence)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadOptionError(f"--time-zone takes a name such as Europe/Berlin; got {name!r}.") from None


def _head(evidence: Evidence, source: str, name: str) -> Iterator[str]:
    when = "" if evidence.first is None or evidence.last is None else f", {evidence.first:%F} to {evidence.last:%F}"
    yield f"# Proposed from {evidence.tickets:,} tickets of {printable(source)}{when}."
    yield "# Read it before you use it: the past is what was done, not what was right. Then: triage policy check."
    yield 'extends = "default"'
    yield f"name = {_quoted(name)}"
    yield 'version = "draft"'


def _calendar(evidence: Evidence, time_zone: str) -> Iterator[str]:
    if not evidence.hours:
        return
    yield ""
    yield f"# From the earliest to the latest 2.5 % of {evidence.activity} on each day, in half hours; a day with under"
    yield "# 4 % of the week's is left out. Public holidays are for you to add."
    if evidence.activity == "opened_at":
        yield "# The history does not say when the desk answered, so these are its customers' hours."
    yield "[calendars.business]"
    yield f"time_zone = {_quoted(time_zone)}"
    yield ""
    yield "[calendars.business.hours]"
    for weekday in WEEKDAYS:
        if weekday in evidence.hours:
            first, last = evidence.hours[weekday]
            yield f'{weekday} = ["{first // 60:02d}:{first % 60:02d}-{last // 60:02d}:{last % 60:02d}"]'


def _teams(evidence: Evidence) -> Iterator[str]:
    names = list(evidence.teams)
    if len(names) == 1:
        names.append("second line" if names[0].casefold() != "second line" else "third line")
    for place, team in enumerate(names):
        solved = evidence.teams.get(team)
        yield ""
        if solved is None:
            yield "# The history knows one team only; whoever helps it goes here."
        else:
            top = ", ".join(f"{printable(name)} {count:,}" for name, count in solved.most_common(3))
            yield f"# {solved.total():,} tickets: {top}."
        yield f"[teams.{_key(team)}]"
        about = ", ".join(name for name, _ in solved.most_common(3)) if solved else "what others cannot solve"
        yield f"about = {_quoted(about[:120])}"
        yield f"manager = {_quoted(f'head of {team}'[:120])} # not in the history"
        yield f"escalates_to = {_quoted(_helper(evidence, team, names, place))}"


def _helper(evidence: Evidence, team: str, names: list[str], place: int) -> str:
    """Return the team that solved most of the same categories beside this one, else the next one in the list."""
    own = evidence.teams.get(team, Counter())
    shared = {
        other: sum(count for category, count in solved.items() if category in own)
        for other, solved in evidence.teams.items()
        if other != team
    }
    best = max(shared, key=lambda other: shared[other], default=None)
    return best if best is not None and shared[best] else names[(place + 1) % len(names)]


def _routing(evidence: Evidence) -> Iterator[str]:
    busiest = next(iter(evidence.teams))
    yield ""
    yield "# Who had most tickets takes those of which nobody is sure."
    yield "[routing]"
    yield f"unsure_team = {_quoted(busiest)}"
    fallback = next((route.team for route in evidence.routes if route.category.casefold() == DEFAULT), busiest)
    yield ""
    yield "[categories.default]"
    yield f"team = {_quoted(fallback)}"
    for route in evidence.routes:
        if route.category.casefold() == DEFAULT:
            continue
        few = "; few, so look at it" if route.tickets < _FEW else ""
        yield ""
        yield (
            f"# {route.solved:,} of {route.tickets:,} tickets ended with {printable(route.team)} "
            f"({route.solved / route.tickets:.0%}){few}."
        )
        yield f"[categories.{_key(route.category)}]"
        yield f"team = {_quoted(route.team)}"
        yield from _defaults(evidence, route.category)


def _defaults(evidence: Evidence, category: str) -> Iterator[str]:
    gravity = evidence.gravity.get(category)
    if gravity is None:
        return
    if gravity.impact:
        values = ", ".join(f"{name} = {round(value * 20) / 20:g}" for name, value in gravity.impact.items())
        yield f"impact = {{ {values} }} # mean of what signals and affected users tell"
    share = round(gravity.blocked * 20) / 20
    yield f"blocked = {share:g} # {gravity.blocked:.1%} of {gravity.tickets:,} tell of a blockage"


def _signals(evidence: Evidence) -> Iterator[str]:
    for signal, (team, tickets) in evidence.signals.items():
        yield ""
        yield f"# Who had most of the {tickets:,} tickets in which it is found." if tickets else "# Found in no ticket."
        yield f"[signals.{_key(signal)}]"
        yield f"team = {_quoted(team)}"


def _targets(evidence: Evidence, calendars: Mapping[str, Calendar]) -> Iterator[str]:
    for priority, pace in evidence.pace.items():
        calendar = "always" if priority == "P1" else "business"
        targets = {
            clock: _quantile(pairs, calendars[calendar])
            for clock, pairs in (("first_response", pace.first_response), ("resolution", pace.resolution))
        }
        known = {clock: minutes for clock, minutes in targets.items() if minutes is not None}
        if known:
            yield ""
            yield f"# Four in five of {pace.tickets:,} tickets of that urgency took no longer ({calendar} minutes)."
            yield f"[sla.{priority}]"
            yield from (f"{clock}_minutes = {minutes}" for clock, minutes in known.items())


def _quantile(pairs: list[tuple[datetime, datetime]], calendar: Calendar) -> int | None:
    """Return the minutes of a calendar in which four in five ended, rounded up to what a person would promise."""
    if len(pairs) < _FEW:
        return None
    minutes = sorted(worked(microseconds(start), microseconds(end), calendar) / MINUTE for start, end in pairs)
    exact = minutes[min(len(minutes) - 1, int(_QUANTILE * len(minutes)))]
    step = _STEPS[sum(exact > bound for bound in (60, 240, 960))]
    return min(_LONGEST_TARGET, max(step, -int(-exact // step) * step))


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _quoted(name)


def _quoted(name: str) -> str:
    """Return a text as TOML writes it."""
    return json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007F")
