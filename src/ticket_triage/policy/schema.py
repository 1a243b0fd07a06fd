"""What a policy file may say: its tables, their entries and ranges.

Every model refuses what it does not know. Rules that join several tables stand in ``checks``.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

PriorityName = Literal["P1", "P2", "P3", "P4"]
Question = Literal[
    "severity",
    "impact",
    "time_to_resolution",
    "stakeholder_visibility",
    "sla_breach",
    "reputation",
    "legal",
    "resources",
    "complexity",
    "conflict",
]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Points = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Minutes = Annotated[int, Field(ge=1, le=527_040)]
Words = Annotated[str, Field(min_length=1, max_length=120)]
Guideline = Annotated[str, Field(min_length=1, max_length=500)]
Reach = Annotated[int, Field(ge=1, le=1000)]
Texts = Annotated[tuple[Words, ...], Field(strict=False)]


class Table(BaseModel):
    """A table of the file: unknown entries are refused, nothing is coerced, nothing changes later."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Band(Table):
    """From this amount on, this value."""

    at_least: Amount
    value: Share


Bands = Annotated[tuple[Band, ...], Field(strict=False)]


class Bounds(Table):
    """A condition on a number: both ends belong to it."""

    at_least: float | None = None
    at_most: float | None = None


Expected = bool | Words | Texts | Bounds


class Criterion(Table):
    """One line of the scorecard."""

    title: Words
    weight: Points
    unknown: Share
    head: Words | None = None
    head_levels: dict[str, Share] = {}
    affected_users: Bands = ()
    guidelines: dict[str, str] = {}


class Stake(Table):
    """What a customer is worth to the desk, and how much of it counts when nothing is blocked."""

    criterion: str
    unblocked: Share
    annual_value: Bands = ()


class Mood(Table):
    """How the predicted sentiment may add points to a criterion, never to a priority."""

    head: str
    criterion: str
    max_points: Points
    levels: dict[str, Share]


class Inflation(Table):
    """What calling too much urgent costs a requester: from which share of wrong calls on, and how much at most."""

    tolerated: float = Field(ge=0, lt=1, allow_inf_nan=False)
    max_discount: Share


class PerceivedUrgency(Table):
    """How loudly a requester may add points to a criterion, never to a priority."""

    criterion: str
    points_per_cue: Points
    max_points: Points
    phrases: Texts
    exclamation_marks: int = Field(ge=1)
    capital_words: int = Field(ge=1)
    inflation: Inflation | None = None


class Language(Table):
    """The small words that phrase matching must know."""

    fillers: Texts
    negations: Texts
    negation_breakers: Texts
    negation_stops: Texts
    negation_window: int = Field(ge=0, le=10)


class Signal(Table):
    """Something worth noticing; it fires when everything it names holds."""

    phrases: Texts = ()
    when: dict[str, Expected] = {}
    all_of: Texts = ()
    any_of: Texts = ()
    near: Reach = 25
    same_clause: bool = False
    unless: dict[str, Reach] = {}
    led_by: dict[str, Reach] = {}
    undone_by: dict[str, Reach] = {}
    part: bool = False
    firm: bool = False
    raises: dict[str, Share | str] = {}
    floor: PriorityName | None = None
    cap: PriorityName | None = None
    impact: bool = False
    blocks: bool = False
    answers: Annotated[tuple[Question, ...], Field(strict=False)] = ()
    team: str | None = None
    tags: Texts = ()


class Category(Table):
    """Who takes a category and what it takes, and the impact it has when nothing more is known."""

    team: str
    impact: dict[str, Share | str] = {}
    blocked: Share | None = None
    parent: str | None = None
    skills: Texts | None = None
    tier: int = Field(default=1, ge=1, le=9)
    minutes: Minutes | None = None


class Target(Table):
    """How fast a priority is answered and solved, in minutes of a calendar."""

    first_response_minutes: Minutes
    next_reply_minutes: Minutes | None = None
    resolution_minutes: Minutes
    calendar: str


class TargetOverride(Table):
    """Targets a plan buys in place of the priority's own."""

    first_response_minutes: Minutes | None = None
    next_reply_minutes: Minutes | None = None
    resolution_minutes: Minutes | None = None
    calendar: str | None = None


class Level(Table):
    """What a priority is called, what belongs there, and how it is served."""

    title: Words
    guideline: Guideline
    service: Guideline


class Segment(Table):
    """A group of customers; ``when`` says who belongs to it where the ticket names none."""

    stake: Share
    critical: bool = False
    when: dict[str, Expected] = {}


class Plan(Table):
    """What a customer bought: a share of the stake, a priority their tickets never fall below, faster targets."""

    stake: Share
    floor: Literal["P2", "P3"] | None = None
    target_factor: float = Field(default=1.0, gt=0, le=1)
    targets: dict[PriorityName, TargetOverride] = {}


class PublicHolidays(Table):
    """Whose public holidays nobody works on: a country's code, and its part's."""

    country: str
    subdivision: str | None = None


class BusinessCalendar(Table):
    """When the desk works."""

    time_zone: str
    hours: dict[Weekday, Texts]
    holidays: Annotated[tuple[date, ...], Field(strict=False)] = ()
    public_holidays: PublicHolidays | None = None


class Pauses(Table):
    """In which states each clock stands still; ``paused`` is an agent's own hold."""

    first_response: Texts = ()
    next_reply: Texts = ()
    resolution: Texts = ()


class Thanks(Table):
    """What a closing word of thanks is made of; it asks for nothing, so it starts no clock."""

    most_words: int = Field(ge=1, le=30)
    words: Texts
    beside: Texts = ()


class Clocks(Table):
    """What a desk's states mean to its clocks, which pauses an answer ends, and whose last word starts none."""

    statuses: dict[str, Literal["open", "done"]] = {}
    pauses: Pauses = Pauses()
    ended_by_answer: Texts = ()
    reopened: Literal["continues", "first counts"] = "continues"
    thanks: Thanks | None = None


class Strategy(Table):
    """How many points one strategy of the queue may add, inside a ticket's own priority; 0 switches it off."""

    points: Points
    priorities: Annotated[tuple[PriorityName, ...], Field(strict=False)] = ("P1", "P2", "P3", "P4")


class ByName(Strategy):
    """A strategy that values names, such as segments, personas or plans."""

    values: dict[str, Share]


class NewCustomer(Strategy):
    """Who counts as a new customer; ``priorities`` are the critical ones."""

    when: dict[str, Expected]


class TeamChoice(Strategy):
    """What a team's own choice of request types is worth, and the share of its room that may go there."""

    room_share: Share = 1.0


class ServiceLevel(Strategy):
    """From which share of the time to a deadline on it counts, rising to all of it at the deadline."""

    from_share: float = Field(ge=0, lt=1)


class FieldRule(Table):
    """What the fields of a ticket must be, and what that is worth."""

    when: dict[str, Expected]
    value: Share


class CustomFields(Strategy):
    """What a desk's own fields are worth; the highest rule that holds counts."""

    rules: Annotated[tuple[FieldRule, ...], Field(strict=False)] = ()


class FirstCome(Table):
    """How waiting lifts a ticket, always below the first priority."""

    points_per_hour: Points
    calendar: str


class Strategies(Table):
    """The twelve strategies that order the queue."""

    account_type: ByName
    vip: Strategy
    new_customer: NewCustomer
    persona: ByName
    emotion: Strategy
    first_come: FirstCome
    skill_based: Strategy
    model_urgency: Strategy
    team_choice: TeamChoice
    plan: ByName
    sla: ServiceLevel
    custom_fields: CustomFields


StrategyName = Literal[
    "account_type",
    "vip",
    "new_customer",
    "persona",
    "emotion",
    "skill_based",
    "model_urgency",
    "team_choice",
    "plan",
    "sla",
    "custom_fields",
]


class Surge(Table):
    """From how many arrivals in a window on the queue is ordered differently, and at how few no more."""

    name: Words
    window_minutes: int = Field(ge=1, le=10_080)
    on_at: int = Field(ge=2, le=1_000_000)
    off_at: int = Field(ge=0, le=1_000_000)
    points: dict[StrategyName, Points]


class Team(Table):
    """A group of people tickets go to."""

    about: Words
    manager: Words
    escalates_to: str
    chooses: dict[str, Share] = {}
    calendar: str | None = None


class Routing(Table):
    """What becomes of a ticket whose category is not certain enough, and how much work a ticket usually is."""

    unsure_team: str
    minimum_probability: Share
    minutes: Minutes


class Action(Table):
    """From which probabilities on the desk lets a machine act, and below which it asks."""

    auto_category: Share
    auto_urgency: Share
    auto_unknown_share: Share
    blank_unknown_share: Share = 0.9
    ask_category: Share
    ask_urgency: Share


class Confidence(Table):
    """Which classes a set names, and how much must be proven before a machine sets an answer alone."""

    set_level: Share = 0.9
    precision: Share = 0.95


class Costs(Table):
    """What a wrong level of a head costs, in false alarms of one level."""

    head: Words = "urgency"
    false_alarm: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0
    missed_level: Amount = 2.0
    missed_top: Amount = 10.0


class Taxonomy(Table):
    """Where a parent stands in a category's name, beside those that ``categories`` names."""

    separators: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=8)], ...], Field(strict=False)] = ()


class Escalation(Table):
    """When ten answers make an escalation, and which way it goes."""

    yes_needed: int = Field(ge=1, le=10)
    alone: Annotated[tuple[Question, ...], Field(strict=False)]
    functional: Annotated[tuple[Question, ...], Field(strict=False)]
    hierarchical: Annotated[tuple[Question, ...], Field(strict=False)]
    warn_share: Share
    open_hours: dict[PriorityName, Amount]
    critical_annual_value: Amount
    critical_affected_users: int = Field(ge=1)


MessageKind = Literal[
    "top_priority",
    "deferral",
    "queued_after",
    "input_needed",
    "ranked_lower",
    "escalated",
    "risk_managed",
    "deadline",
    "tracking",
    "collaboration",
    "decline",
    "expected_wait",
    "priority_changed",
]
PhraseName = Literal["named", "action", "goal", "points"]
LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
Template = Annotated[str, Field(min_length=1, max_length=4000)]
Templates = Annotated[dict[LanguageCode, Template], Field(min_length=1)]


class CriterionWords(Table):
    """What a criterion is called in a message, and what it is measured by."""

    name: Templates
    metric: Templates


class ExpectedAnswer(Table):
    """One answer to a question, and how often it is given."""

    value: bool | float | Words
    share: Share


class Inquiry(Table):
    """What to ask the requester about a fact; without answers, those of the model's head count."""

    ask: Templates
    answers: Annotated[tuple[ExpectedAnswer, ...], Field(strict=False, max_length=10)] = ()


class PolicyFile(Table):
    """A whole policy file."""

    name: Words
    version: Words
    levels: dict[str, Share]
    scorecard: dict[str, Criterion]
    stake: Stake
    sentiment: Mood
    perceived_urgency: PerceivedUrgency
    priorities: dict[PriorityName, Level]
    cutoffs: dict[Literal["P1", "P2", "P3"], Points]
    strategies: Strategies
    surge: Surge | None = None
    language: Language
    signals: dict[str, Signal]
    segments: dict[str, Segment] = {}
    plans: dict[str, Plan] = {}
    teams: dict[str, Team]
    categories: dict[str, Category]
    routing: Routing
    taxonomy: Taxonomy = Taxonomy()
    action: Action
    confidence: Confidence = Confidence()
    costs: Costs = Costs()
    calendars: dict[str, BusinessCalendar]
    sla: dict[PriorityName, Target]
    clocks: Clocks = Clocks()
    escalation: Escalation
    messages: dict[MessageKind, Templates] = {}
    phrases: dict[PhraseName, Templates] = {}
    criteria: dict[str, CriterionWords] = {}
    questions: dict[str, Inquiry] = {}
