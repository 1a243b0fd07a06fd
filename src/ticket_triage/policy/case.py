"""One ticket on its way to a decision: what was found in it, gathered once and read by every part."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticket_triage.domain.decision import HeadAnswer
    from ticket_triage.domain.prediction import HeadPrediction, Prediction
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.policy.inflation import Claims
    from ticket_triage.policy.logged import Logged
    from ticket_triage.policy.signals import Hit
    from ticket_triage.policy.staffing import Staff

_NOTHING: Mapping[str, str] = {}


class CategoryReading(NamedTuple):
    """What a ticket is about, as far as the policy can use it.

    ``name`` is the category as given or predicted, None when nobody says; ``probability`` is 1 when given; ``entry``
    is the policy's table that applies: the category's own, or ``default``. ``members`` says of how many predicted
    categories it is the parent, 1 when it is one itself.
    """

    name: str | None
    probability: float
    entry: str
    evidence: str
    members: int = 1


class Case(NamedTuple):
    """A ticket, its prediction, its signals and its category; times are UTC-aware.

    ``staff`` is the desk as it stands, None when not known.

    ``opened_at`` is the ticket's own moment read in UTC, None when unknown. ``cues`` are those by which the
    requester calls it urgent. ``answers`` holds what the desk takes from each head. ``claims`` is
    how often the requester called something urgent, and how often wrongly; None when not known. ``log`` is what
    happened to the ticket, None when not known.
    """

    ticket: Ticket
    text: str
    prediction: Prediction
    heads: Mapping[str, HeadPrediction]
    hits: Mapping[str, Hit]
    cues: tuple[str, ...]
    category: CategoryReading
    opened_at: datetime | None
    now: datetime
    staff: Staff | None = None
    answers: tuple[HeadAnswer, ...] = ()
    claims: Claims | None = None
    log: Logged | None = None

    @property
    def fixed(self) -> Mapping[str, str]:
        """What a person fixed on this ticket."""
        return _NOTHING if self.staff is None else self.staff.fixed.get(self.ticket.ticket_id, _NOTHING)

    def answer(self, name: str) -> HeadAnswer | None:
        """Return what the desk takes from the named head, None without such a head."""
        for entry in self.answers:
            if entry.head == name:
                return entry
        return None

    @property
    def empty(self) -> bool:
        """Whether the requester wrote nothing."""
        return not self.text or self.text.isspace()


def in_utc(value: datetime | None) -> datetime | None:
    """Return a moment in UTC, a naive one read as UTC; None when unknown or beyond what a calendar can hold.

    Examples
    --------
    >>> in_utc(datetime(2026, 3, 1, 9, 0))
    datetime.datetime(2026, 3, 1, 9, 0, tzinfo=datetime.timezone.utc)
    """
    if value is None or value.tzinfo is UTC:
        return value
    if value.utcoffset() is None:
        return value.replace(tzinfo=UTC)
    try:
        return value.astimezone(UTC)
    except OverflowError:  # the first and last hours of all time, in a zone that leads out of it
        return None
