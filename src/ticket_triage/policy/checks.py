"""What a policy file's tables must agree on: every name used is defined, every sum and order holds."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from ticket_triage.domain.text import normalise, words
from ticket_triage.errors import nearest
from ticket_triage.policy.calendars import minutes_of
from ticket_triage.policy.categories import DEFAULT
from ticket_triage.policy.conditions import folded, problem
from ticket_triage.policy.messages import word_problems
from ticket_triage.policy.public_holidays import fault
from ticket_triage.policy.signals import PERCEIVED
from ticket_triage.policy.statuses import HOLD, plain
from ticket_triage.policy.units import hundredths

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ticket_triage.policy.schema import Band, BusinessCalendar, Expected, PolicyFile, Signal

Problem = tuple[str, str]
"""A dotted entry, and what is wrong with it."""

_PRIORITIES = ("P1", "P2", "P3", "P4")
_LONGEST_PHRASE = 12


def problems(file: PolicyFile) -> Iterator[Problem]:
    """Yield what contradicts itself in a file whose single entries are sound."""
    yield from _scorecard(file)
    yield from _bands(file)
    yield from _cutoffs(file)
    yield from _signals(file)
    yield from _teams(file)
    yield from _strategies(file)
    yield from _calendars(file)
    yield from _levels_of_service(file)
    yield from _clocks(file)
    yield from _escalation(file)
    yield from _doubles(file)
    yield from word_problems(file)
    if file.costs.missed_top < file.costs.missed_level:
        yield "costs.missed_top", f"is {file.costs.missed_top:g}, but must be no less than costs.missed_level"


def _scorecard(file: PolicyFile) -> Iterator[Problem]:
    total = sum(hundredths(table.weight) for table in file.scorecard.values())
    if total != 10_000:
        weights = " + ".join(f"{table.weight:g}" for table in file.scorecard.values())
        yield "scorecard", f"has weights of {weights} = {total / 100:g}, but they must sum to 100"
    for name, table in file.scorecard.items():
        if name == "category":
            yield f"scorecard.{name}", "cannot be a criterion, because custom.category names the ticket's category"
        if abs(table.weight * 100 - hundredths(table.weight)) > 1e-6:
            yield f"scorecard.{name}.weight", f"is {table.weight}, but a weight has at most two decimals"
        if table.head is not None and list(table.head_levels.values()) != sorted(table.head_levels.values()):
            yield f"scorecard.{name}.head_levels", "must rise from the calmest level to the gravest"
    if not file.levels:
        yield "levels", "must name at least one level"
    for entry, name in (("stake", file.stake.criterion), ("sentiment", file.sentiment.criterion)):
        yield from _known(f"{entry}.criterion", name, file.scorecard)
    yield from _known("perceived_urgency.criterion", file.perceived_urgency.criterion, file.scorecard)
    for category, table_of in file.categories.items():
        yield from _impact(f"categories.{category}.impact", table_of.impact, file)


def _impact(entry: str, values: Mapping[str, float | str], file: PolicyFile) -> Iterator[Problem]:
    for name, value in values.items():
        yield from _known(f"{entry}.{name}", name, file.scorecard)
        if isinstance(value, str):
            yield from _known(f"{entry}.{name}", value, file.levels)


def _bands(file: PolicyFile) -> Iterator[Problem]:
    yield from _rising("stake.annual_value", file.stake.annual_value)
    for name, table in file.scorecard.items():
        yield from _rising(f"scorecard.{name}.affected_users", table.affected_users)


def _rising(entry: str, bands: Sequence[Band]) -> Iterator[Problem]:
    for before, after in pairwise(bands):
        if after.at_least <= before.at_least or after.value < before.value:
            yield entry, f"must rise band by band, but {after.at_least:g} follows {before.at_least:g}"


def _cutoffs(file: PolicyFile) -> Iterator[Problem]:
    for name in _PRIORITIES:
        if name not in file.priorities:
            yield f"priorities.{name}", "is missing"
    missing = [name for name in _PRIORITIES[:-1] if name not in file.cutoffs]
    if missing:
        yield f"cutoffs.{missing[0]}", "is missing"
        return
    first, second, third = (hundredths(file.cutoffs[name]) for name in ("P1", "P2", "P3"))
    if not first > second > third > 0:
        yield "cutoffs", f"must fall from P1 to P3 and stay above 0, but are {file.cutoffs}"


def _signals(file: PolicyFile) -> Iterator[Problem]:
    above: list[str] = []
    for name, table in file.signals.items():
        yield from _signal(f"signals.{name}", table, file, above)
        above.append(name)
    if PERCEIVED in file.signals:
        yield f"signals.{PERCEIVED}", "is a name kept for the table perceived_urgency"
    yield from _phrases("perceived_urgency.phrases", file.perceived_urgency.phrases)


def _signal(entry: str, table: Signal, file: PolicyFile, above: Sequence[str]) -> Iterator[Problem]:
    if not (table.phrases or table.when or table.all_of or table.any_of):
        yield entry, "must have phrases, when, all_of or any_of, or it can never fire"
    yield from _phrases(f"{entry}.phrases", table.phrases)
    yield from _when(f"{entry}.when", table.when)
    for key, others in (
        ("all_of", table.all_of),
        ("any_of", table.any_of),
        ("unless", table.unless),
        ("led_by", table.led_by),
        ("undone_by", table.undone_by),
    ):
        for other in others:
            if other not in above:
                hint = nearest(other, above) if above else "none stands above it"
                yield f"{entry}.{key}", f"names {other!r}, but only signals above it in the file can be named; {hint}"
    if table.floor is not None and table.cap is not None and table.floor > table.cap:
        yield entry, f"has floor {table.floor} under its cap {table.cap}"
    yield from _building(entry, table)
    yield from _impact(f"{entry}.raises", table.raises, file)
    if table.team is not None:
        yield from _known(f"{entry}.team", table.team, file.teams)


def _when(entry: str, when: Mapping[str, Expected]) -> Iterator[Problem]:
    for field, expected in when.items():
        wrong = problem(field, expected)
        if wrong is not None:
            yield f"{entry}.{field}", wrong


def _building(entry: str, table: Signal) -> Iterator[Problem]:
    """Refuse a part that does something itself, and a firm signal without words."""
    acts = table.raises or table.floor or table.cap or table.impact or table.blocks
    if table.part and (acts or table.answers or table.team or table.tags):
        yield entry, "is a part, so it may do nothing itself; let a signal that builds on it raise, cap or answer"
    if table.firm and not table.phrases:
        yield entry, "is firm, but has no phrases a negation could undo"


def _phrases(entry: str, phrases: Iterable[str]) -> Iterator[Problem]:
    for phrase in phrases:
        count = len(words(normalise(phrase)))
        if not 1 <= count <= _LONGEST_PHRASE:
            yield entry, f"has {phrase!r} of {count} words, but a phrase has 1 to {_LONGEST_PHRASE}"


def _teams(file: PolicyFile) -> Iterator[Problem]:
    if DEFAULT not in file.categories:
        yield "categories.default", "is missing; it takes every category no other entry names"
    for name, table in file.categories.items():
        yield from _known(f"categories.{name}.team", table.team, file.teams)
        if table.parent is not None:
            yield from _parent(f"categories.{name}.parent", table.parent, file)
    yield from _known("routing.unsure_team", file.routing.unsure_team, file.teams)
    for name, team in file.teams.items():
        yield from _known(f"teams.{name}.escalates_to", team.escalates_to, file.teams)
        if team.escalates_to == name:
            yield f"teams.{name}.escalates_to", "must name another team"
        if team.calendar is not None:
            yield from _known(f"teams.{name}.calendar", team.calendar, file.calendars)
        for category in team.chooses:
            yield from _known(f"teams.{name}.chooses", folded(category), map(folded, file.categories))


def _parent(entry: str, name: str, file: PolicyFile) -> Iterator[Problem]:
    yield from _known(entry, name, file.categories)
    parent = file.categories.get(name)
    if name == DEFAULT or (parent is not None and parent.parent is not None):
        yield entry, f"is {name!r}, but a parent must be a category of its own, without a parent"


def _strategies(file: PolicyFile) -> Iterator[Problem]:
    strategies = file.strategies
    for segment, entry in file.segments.items():
        yield from _when(f"segments.{segment}.when", entry.when)
        if "segment" in entry.when:
            yield f"segments.{segment}.when.segment", "cannot be asked for, because the rule is there to find it"
    for segment in strategies.account_type.values:
        yield from _known("strategies.account_type.values", folded(segment), map(folded, file.segments))
    for plan in strategies.plan.values:
        yield from _known("strategies.plan.values", folded(plan), map(folded, file.plans))
    if not strategies.new_customer.when:
        yield "strategies.new_customer.when", "must name a field by which a customer counts as new"
    yield from _when("strategies.new_customer.when", strategies.new_customer.when)
    for place, rule in enumerate(strategies.custom_fields.rules, start=1):
        yield from _when(f"strategies.custom_fields.rules.{place}.when", rule.when)
    if file.surge is not None and file.surge.off_at >= file.surge.on_at:
        yield "surge.off_at", f"is {file.surge.off_at}, but must be under on_at ({file.surge.on_at})"


def _calendars(file: PolicyFile) -> Iterator[Problem]:
    for name, table in file.calendars.items():
        yield from _calendar(f"calendars.{name}", table)
    yield from _known("strategies.first_come.calendar", file.strategies.first_come.calendar, file.calendars)


def _calendar(entry: str, table: BusinessCalendar) -> Iterator[Problem]:
    if not _zone_exists(table.time_zone):
        yield f"{entry}.time_zone", f"is {table.time_zone!r}, which is no time zone; {_nearest_zone(table.time_zone)}"
    if table.public_holidays is not None:
        wrong = fault(table.public_holidays.country, table.public_holidays.subdivision)
        if wrong is not None:
            yield f"{entry}.public_holidays", wrong
    for weekday, texts in table.hours.items():
        spans = [minutes_of(text) for text in texts]
        for text, span in zip(texts, spans, strict=True):
            if span is None:
                yield f"{entry}.hours.{weekday}", f"has {text!r}; write a span such as 09:00-17:00"
        if any(later[0] < earlier[1] for earlier, later in pairwise(sorted(span for span in spans if span))):
            yield f"{entry}.hours.{weekday}", "has spans that overlap"
    if not any(table.hours.values()):
        yield f"{entry}.hours", "has no working time at all"


def _zone_exists(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _nearest_zone(name: str) -> str:
    """Name the zone that was probably meant; a list of six hundred would not help."""
    zones = {zone.casefold(): zone for zone in available_timezones()}
    zones |= {zone.rpartition("/")[2]: written for zone, written in zones.items()}
    close = get_close_matches(name.strip().casefold().replace(" ", "_"), zones, n=1)
    return f"did you mean {zones[close[0]]!r}?" if close else "write one such as Europe/Berlin"


def _levels_of_service(file: PolicyFile) -> Iterator[Problem]:
    for priority in _PRIORITIES:
        if priority not in file.sla:
            yield f"sla.{priority}", "is missing"
    for name, table in file.sla.items():
        yield from _known(f"sla.{name}.calendar", table.calendar, file.calendars)
    for plan, entry in file.plans.items():
        for priority, target in entry.targets.items():
            if target.calendar is not None:
                yield from _known(f"plans.{plan}.targets.{priority}.calendar", target.calendar, file.calendars)


def _clocks(file: PolicyFile) -> Iterator[Problem]:
    over: dict[str, str] = {}
    for name, meaning in file.clocks.statuses.items():
        if plain(name) in over:
            yield f"clocks.statuses.{name}", "is there twice, because case, '-' and '_' do not count"
        over[plain(name)] = meaning
    if HOLD in over:
        yield f"clocks.statuses.{HOLD}", "is the name kept for a hold by an event of its own"
    for clock, names in file.clocks.pauses:
        yield from _pausing(f"clocks.pauses.{clock}", names, over)
    yield from _pausing("clocks.ended_by_answer", file.clocks.ended_by_answer, over)
    if file.clocks.thanks is not None and not any(words(normalise(text)) for text in file.clocks.thanks.words):
        yield "clocks.thanks.words", "must name at least one word"


def _pausing(entry: str, names: Iterable[str], over: Mapping[str, str]) -> Iterator[Problem]:
    for name in names:
        if plain(name) == HOLD:
            continue
        if plain(name) not in over:
            hint = nearest(plain(name), over) if over else "no state is defined"
            yield entry, f"names {name!r}, which clocks.statuses does not define; {hint}"
        elif over[plain(name)] == "done":
            yield entry, f"names {name!r}, in which work is over; a clock has stopped there"


def _escalation(file: PolicyFile) -> Iterator[Problem]:
    for priority in _PRIORITIES:
        if priority not in file.escalation.open_hours:
            yield f"escalation.open_hours.{priority}", "is missing"
    for question in file.escalation.functional:
        if question in file.escalation.hierarchical:
            yield "escalation.hierarchical", f"has {question!r}, which is functional already; leave it out of one"


def _doubles(file: PolicyFile) -> Iterator[Problem]:
    tables: dict[str, Iterable[str]] = {"categories": file.categories, "segments": file.segments, "plans": file.plans}
    for entry, names in tables.items():
        seen: dict[str, str] = {}
        for name in names:
            if folded(name) in seen:
                yield f"{entry}.{name}", f"is the same name as {seen[folded(name)]!r}, because case does not count"
            seen[folded(name)] = name


def _known(entry: str, name: str, known: Iterable[str]) -> Iterator[Problem]:
    names = set(known)
    if name not in names:
        yield entry, f"names {name!r}, which the policy does not define; {nearest(name, names)}"
