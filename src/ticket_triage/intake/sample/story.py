"""What truly happened behind a ticket, and the urgency, category and sentiment that follow from it.

Nothing of this is shipped: a ticket's columns show what a desk could see. Urgency follows from what is broken, how
many are hit and by when it is needed, never from how loud somebody is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ticket_triage.intake.sample.phrases.book import AREAS

if TYPE_CHECKING:
    from ticket_triage.intake.sample.dice import Dice
    from ticket_triage.intake.sample.people import Person
    from ticket_triage.intake.sample.rhythm import Outage

CATEGORIES = (*AREAS, "how_to", "feature_request")
"""The categories of the sample history."""

_CATEGORY_MIX = tuple(zip(CATEGORIES, (0.15, 0.14, 0.16, 0.15, 0.12, 0.10, 0.12, 0.06), strict=True))
_AREA_MIX = tuple((area, 1.0) for area in AREAS)

_SEVERITY_MIX = ((0, 0.16), (1, 0.34), (2, 0.34), (3, 0.16))
_QUESTION_SEVERITY_MIX = ((0, 0.7), (1, 0.3))

_SCOPE_MIX = {
    "enterprise": (("one", 0.22), ("few", 0.24), ("team", 0.24), ("many", 0.18), ("all", 0.12)),
    "business": (("one", 0.28), ("few", 0.26), ("team", 0.20), ("many", 0.16), ("all", 0.10)),
    "small_business": (("one", 0.36), ("few", 0.30), ("team", 0.08), ("many", 0.16), ("all", 0.10)),
    "consumer": (("one", 0.66), ("few", 0.20), ("team", 0.02), ("many", 0.07), ("all", 0.05)),
}
_EVEN = {"one": 1.0, "few": 1.0, "team": 1.0, "many": 1.0, "all": 1.0}
_SCOPE_TILT = (
    _EVEN,
    {"one": 1.6, "few": 1.3, "team": 0.8, "many": 0.6, "all": 0.4},
    _EVEN,
    {"one": 0.5, "few": 0.6, "team": 1.2, "many": 1.6, "all": 2.2},
)
_REACH = {"one": (1, 1), "few": (2, 5), "team": (6, 40), "many": (20, 400), "all": (60, 2500)}

_DEADLINE_MIX = (
    (("relaxed", 0.22), ("none", 0.54), ("week", 0.14), ("tomorrow", 0.06), ("today", 0.04)),
    (("relaxed", 0.14), ("none", 0.54), ("week", 0.14), ("tomorrow", 0.10), ("today", 0.08)),
    (("relaxed", 0.06), ("none", 0.54), ("week", 0.12), ("tomorrow", 0.12), ("today", 0.11), ("now", 0.05)),
    (("none", 0.52), ("week", 0.06), ("tomorrow", 0.12), ("today", 0.14), ("now", 0.16)),
)
_NOW_AREAS = ("payments", "checkout", "integration_api", "login_access")
_WAY_ROUND_MIX = (("has", 0.22), ("none", 0.18), ("unsaid", 0.60))

_SEVERITY_POINTS = (0.0, 1.0, 2.4, 3.9)
_SCOPE_POINTS = {"one": -0.5, "few": -0.1, "team": 0.4, "many": 1.0, "all": 1.5}
_AREA_POINTS = {
    "payments": 0.5,
    "checkout": 0.5,
    "login_access": 0.4,
    "integration_api": 0.2,
    "billing_invoice": 0.0,
    "reporting": -0.2,
}
_DEADLINE_POINTS = {"relaxed": -0.9, "none": 0.0, "week": 0.3, "tomorrow": 1.0, "today": 1.6, "now": 2.2}
_WAY_ROUND_POINTS = {"has": -0.7, "none": 0.4, "unsaid": 0.0}
_URGENCY_STEPS = ((5.65, "critical"), (3.15, "high"), (0.85, "medium"))

_OUTAGE_DEADLINES = (("none", 0.6), ("today", 0.1), ("now", 0.3))


@dataclass(frozen=True, slots=True)
class Story:
    """What happened to one requester.

    ``severity`` runs from 0 (cosmetic) to 3 (broken); ``scope`` says who is hit and ``affected`` how many;
    ``deadline`` by when it is needed; ``way_round`` whether there is another way; ``repeated`` whether it has
    happened before; ``loud`` and ``polite`` are manners and change nothing.
    """

    category: str
    area: str
    severity: int
    scope: str
    affected: int
    deadline: str
    way_round: str
    repeated: bool
    loud: bool
    polite: bool
    sentiment: str
    outage: bool = False

    @property
    def is_problem(self) -> bool:
        """Whether something is wrong, rather than asked or wished for."""
        return self.category == self.area

    @property
    def urgency(self) -> str:
        """The true urgency: what is broken, how many are hit, by when it is needed."""
        points = _SEVERITY_POINTS[self.severity] + _DEADLINE_POINTS[self.deadline]
        if self.severity and self.is_problem:
            points += _SCOPE_POINTS[self.scope] + _AREA_POINTS[self.area] + _WAY_ROUND_POINTS[self.way_round]
        return next((level for step, level in _URGENCY_STEPS if points >= step), "low")


def ordinary_story(person: Person, dice: Dice) -> Story:
    """Invent what made a person write on an ordinary day."""
    category = dice.weighted(_CATEGORY_MIX)
    problem = category in AREAS
    area = category if problem else dice.weighted(_AREA_MIX)
    severity = _severity(category, dice)
    scope = _scope(person.segment, severity, dice)
    repeated = severity > 0 and dice.chance(0.18)
    loud = dice.chance(person.loud)
    return Story(
        category=category,
        area=area,
        severity=severity,
        scope=scope,
        affected=dice.whole(*_REACH[scope]),
        deadline=_deadline(severity, area, dice),
        way_round=dice.weighted(_WAY_ROUND_MIX) if problem and severity else "unsaid",
        repeated=repeated,
        loud=loud,
        polite=not loud and dice.chance(person.polite),
        sentiment=_sentiment(severity, person.temper - 0.2 * loud - 0.3 * repeated, dice),
    )


def outage_story(outage: Outage, person: Person, dice: Dice) -> Story:
    """Invent what a person hit by an outage has to tell."""
    scope = dice.weighted((("all", 0.75), ("many", 0.25)))
    loud = dice.chance(person.loud)
    return Story(
        category=outage.area,
        area=outage.area,
        severity=3,
        scope=scope,
        affected=dice.whole(*_REACH[scope]),
        deadline=dice.weighted(_OUTAGE_DEADLINES),
        way_round="unsaid",
        repeated=False,
        loud=loud,
        polite=not loud and dice.chance(person.polite),
        sentiment=_sentiment(3, person.temper, dice),
        outage=True,
    )


def _severity(category: str, dice: Dice) -> int:
    if category == "feature_request":
        return 0
    return dice.weighted(_QUESTION_SEVERITY_MIX if category == "how_to" else _SEVERITY_MIX)


def _scope(segment: str, severity: int, dice: Dice) -> str:
    tilt = _SCOPE_TILT[severity]
    return dice.weighted([(scope, weight * tilt[scope]) for scope, weight in _SCOPE_MIX[segment]])


def _deadline(severity: int, area: str, dice: Dice) -> str:
    deadline = dice.weighted(_DEADLINE_MIX[severity])
    return "today" if deadline == "now" and area not in _NOW_AREAS else deadline


def _sentiment(severity: int, temper: float, dice: Dice) -> str:
    strain = 0.16 + 0.10 * severity - 0.6 * temper
    negative = min(max(strain, 0.04), 0.85)
    positive = min(max(0.24 - 0.03 * severity + 0.5 * temper, 0.03), 0.9 - negative)
    return dice.weighted((("negative", negative), ("positive", positive), ("neutral", 1 - negative - positive)))
