"""The weighted scorecard: what each criterion is worth for this ticket, where that is known from, and the points.

A criterion's value is what a person gave it; else the number of affected users, the model's expectation over its
levels, the category's or customer's default, or the policy's value for the unknown, whichever comes first; and a signal
may raise it. How loud and how angry a requester is may add a few points, which never count towards a priority.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from operator import mul
from typing import TYPE_CHECKING, NamedTuple

from ticket_triage.domain.decision import ScorecardLine
from ticket_triage.policy.conditions import number
from ticket_triage.policy.corrections import by_person
from ticket_triage.policy.moods import Moods, moods
from ticket_triage.policy.stake import StakeTable, stake_table
from ticket_triage.policy.units import WHOLE, Steps, hundredths, parts, parts_of, share_of, steps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticket_triage.domain.prediction import HeadPrediction
    from ticket_triage.policy.case import Case
    from ticket_triage.policy.schema import Criterion as CriterionTable
    from ticket_triage.policy.schema import PolicyFile
    from ticket_triage.policy.signals import Hit

_KEPT = 1024
URGENCY = "urgency"
"""The one criterion that is no impact."""


class Reading(NamedTuple):
    """A criterion's value in ten-thousandths, where it comes from, and the evidence.

    What a person put into the criterion's own field no signal raises: ``by_person``.
    """

    value: int
    origin: str
    evidence: str
    by_person: bool = False


_NOTHING = "nothing is known of it"


@dataclass(frozen=True, slots=True, eq=False)
class Criterion:
    """One criterion, ready to be read; weight in hundredths of a point, values in ten-thousandths."""

    name: str
    weight: int
    unknown: int
    head: str | None
    head_levels: Mapping[str, int]
    affected_users: Steps
    defaults: Mapping[str, int]

    def given(self, case: Case) -> Reading | None:
        """Return what a person gave, as a level or a number from 0 to 1; anything else counts as not given."""
        head = case.heads.get(self.head) if self.head else None
        if head is not None and by_person(head) and (head.answer in self.head_levels or len(head.classes) > 1):
            value = min(WHOLE, parts(_values(self, head.classes)[head.classes.index(head.answer)]))
            return Reading(value, "given", f"{head.head} {head.answer} said by a person", by_person=True)
        return self._from_field(case)

    def _from_field(self, case: Case) -> Reading | None:
        value = case.ticket.custom.get(self.name)
        if value is None or isinstance(value, bool):
            return None
        if isinstance(value, str):
            level = self.head_levels.get(value.strip().casefold())
            return (
                None
                if level is None
                else Reading(level, "given", f"custom.{self.name} = {value.strip()}", by_person=True)
            )
        if not 0 <= value <= 1:
            return None
        return Reading(parts(value), "given", f"custom.{self.name} = {value}", by_person=True)

    def from_users(self, case: Case) -> Reading | None:
        """Return what the number of affected users makes of it."""
        users = number(case.ticket.affected_users) if self.affected_users.starts else None
        value = None if users is None else self.affected_users.at(users)
        return None if value is None else Reading(value, "given", f"affected users: {users:.0f}")

    def answering(self, case: Case) -> HeadPrediction | None:
        """Return the head that answers for it, None when none is heard."""
        head = case.heads.get(self.head) if self.head else None
        return None if head is None or len(head.classes) < 2 else head

    def points_by_class(self, head: HeadPrediction) -> list[int]:
        """Return the points that each class of a head is worth to it, in the order of the classes."""
        return [share_of(self.weight, min(WHOLE, parts(value))) for value in _values(self, head.classes)]

    def points_by_entry(self, entry: str) -> int:
        """Return the points of what a category usually means for it, or of the unknown."""
        return share_of(self.weight, self.defaults.get(entry, self.unknown))

    def predicted(self, case: Case) -> Reading | None:
        """Return the expectation over the levels of the head that answers for it."""
        head = self.answering(case)
        if head is None:
            return None
        values = _values(self, head.classes)
        value = min(WHOLE, parts(sum(map(mul, head.probabilities, values))))
        evidence = f"{head.head} {head.answer} predicted ({head.probability:.2f})"
        taken = case.answer(head.head)
        if taken is not None and taken.answer in head.classes:
            if taken.answer != head.answer:
                evidence += f", {taken.answer} acted on for least expected cost"
            value = max(value, min(WHOLE, parts(values[head.classes.index(taken.answer)])))
        return Reading(value, "predicted", evidence)

    def default(self, case: Case) -> Reading | None:
        """Return what the category usually means for it."""
        value = self.defaults.get(case.category.entry)
        if value is None:
            return None
        named = case.category.entry != "default"
        return Reading(value, "default", case.category.evidence if named else "default of all other categories")


@lru_cache(maxsize=_KEPT)
def _values(criterion: Criterion, classes: tuple[str, ...]) -> tuple[float, ...]:
    """Return each class's value in [0, 1]; one without a value stands by its place in the order."""
    last = len(classes) - 1
    levels = [criterion.head_levels.get(name) for name in classes]
    return tuple([place / last if level is None else level / WHOLE for place, level in enumerate(levels)])


class Score(NamedTuple):
    """The scorecard's lines, their exact sum, and the sum without moods, both in hundredths of a point.

    ``settled`` holds, for each criterion, the points it has whatever any head says, None where a head or the category
    counts; ``least`` the points that signals alone give it.
    """

    lines: tuple[ScorecardLine, ...]
    total: int
    calm: int
    impact_given: bool
    settled: tuple[int | None, ...] = ()
    least: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All criteria of a policy, in its order, with the level names and what may add to them."""

    criteria: tuple[Criterion, ...]
    levels: tuple[str, ...]
    borders: tuple[int, ...]
    stake: StakeTable
    moods: Moods

    def score(self, case: Case) -> Score:
        """Return the lines and their exact sums for one ticket."""
        raised = lifts(case)
        added = self.moods.additions(case)
        lines: list[ScorecardLine] = []
        settled: list[int | None] = []
        least: list[int] = []
        total = calm = 0
        impact_given, anything_given = False, bool(case.ticket.custom or case.fixed)
        for criterion in self.criteria:
            given = criterion.given(case) if anything_given else None
            known = given or criterion.from_users(case)
            lift = raised.get(criterion.name)
            reading = given or _lifted(known or self._base(criterion, case), lift)
            if given and criterion.name != URGENCY and 2 * given.value >= WHOLE:
                impact_given = True
            own = share_of(criterion.weight, reading.value)
            mood = None if given else added.get(criterion.name)
            line, points = self._line(criterion, reading, own, mood)
            lines.append(line)
            least.append(0 if lift is None else share_of(criterion.weight, lift[0]))
            settled.append(own if known or least[-1] == criterion.weight else None)
            calm += own
            total += points
        return Score(tuple(lines), total, calm, impact_given, tuple(settled), tuple(least))

    def _base(self, criterion: Criterion, case: Case) -> Reading:
        """Return what heads, category and customer make of a criterion, before any signal."""
        reading = criterion.predicted(case)
        if reading is not None:
            return reading
        reading = criterion.default(case)
        if criterion.name == self.stake.criterion:
            stake = self.stake.read(case)
            if stake is not None and (reading is None or stake[0] > reading.value):
                reading = Reading(*stake)
        return reading or Reading(criterion.unknown, "unknown", _NOTHING)

    def _line(
        self, criterion: Criterion, reading: Reading, own: int, mood: tuple[int, str] | None
    ) -> tuple[ScorecardLine, int]:
        value, points, evidence = reading.value, own, reading.evidence
        if mood is not None and criterion.weight:
            value = min(WHOLE, value + mood[0] * WHOLE // criterion.weight)
            points = share_of(criterion.weight, value)
            if points > own:
                evidence = f"{evidence}; {mood[1]} adds {(points - own) / 100:.2f}"
        level = "unknown" if reading.origin == "unknown" else self._level(reading.value)
        weight = criterion.weight / 100
        line = ScorecardLine(criterion.name, level, value / WHOLE, reading.origin, weight, points / 100, evidence)
        return line, points

    def _level(self, value: int) -> str:
        """Return the name of the nearest level, the higher one of two equally near."""
        return self.levels[bisect_right(self.borders, value)]


def lifts(case: Case) -> dict[str, tuple[int, Hit]]:
    """Return the strongest signal per criterion, the first of equals."""
    found: dict[str, tuple[int, Hit]] = {}
    for hit in case.hits.values():
        for criterion, value in hit.signal.raises:
            if criterion not in found or value > found[criterion][0]:
                found[criterion] = (value, hit)
    return found


def _lifted(base: Reading, lift: tuple[int, Hit] | None) -> Reading:
    if lift is None or lift[0] < base.value:
        return base
    if base.origin == "given" and lift[0] == base.value:
        return base
    return Reading(lift[0], "signal", lift[1].evidence)


def scorecard(file: PolicyFile) -> Scorecard:
    """Return the policy's scorecard ready to be read."""
    levels = {name: parts(value) for name, value in file.levels.items()}
    ordered = sorted(levels, key=lambda name: levels[name])
    return Scorecard(
        criteria=tuple(_criterion(name, table, file, levels) for name, table in file.scorecard.items()),
        levels=tuple(ordered),
        borders=tuple((levels[lower] + levels[upper] + 1) // 2 for lower, upper in pairwise(ordered)),
        stake=stake_table(file),
        moods=moods(file),
    )


def _criterion(name: str, table: CriterionTable, file: PolicyFile, levels: Mapping[str, int]) -> Criterion:
    own = {level.casefold(): parts(value) for level, value in table.head_levels.items()}
    return Criterion(
        name=name,
        weight=hundredths(table.weight),
        unknown=parts(table.unknown),
        head=table.head,
        head_levels=own or levels,
        affected_users=steps(table.affected_users),
        defaults={
            category.casefold(): parts_of(entry.impact[name], file.levels)
            for category, entry in file.categories.items()
            if name in entry.impact
        },
    )
