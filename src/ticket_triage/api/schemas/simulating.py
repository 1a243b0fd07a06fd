"""Policies, and what another would do."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AwareDatetime, Field, JsonValue

from ticket_triage.api.schemas.batches import RowRefusal
from ticket_triage.api.schemas.receipt import PolicyOut
from ticket_triage.api.schemas.shape import PriorityOut, Shape
from ticket_triage.api.tickets import TicketIn


class PolicyFileOut(Shape):
    """The policy that decides, whole; what it extends is in it."""

    policy: PolicyOut
    content: dict[str, JsonValue]


class SimulationIn(Shape):
    """A policy file's text, and tickets to try it on beside the policy in use."""

    policy: Annotated[str, Field(max_length=1_000_000)]
    tickets: Annotated[list[TicketIn | Any], Field(min_length=1, max_length=1000)]


class TeamLoadOut(Shape):
    """What a team would carry."""

    tickets: int
    minutes: int


class SideOut(Shape):
    """What one of two policies makes of all the tickets."""

    policy: PolicyOut
    priorities: dict[PriorityOut, int]
    teams: dict[str, TeamLoadOut]
    met: dict[str, int]


class MoveOut(Shape):
    """A ticket decided otherwise; pairs are before and after."""

    ticket_id: str
    priority: list[PriorityOut]
    points: list[float]
    team: list[str | None]
    due: dict[str, list[AwareDatetime | None]]
    reason: str


class DeadlineShiftOut(Shape):
    """Tickets whose deadline comes sooner or later, and those of which it is known when the clock stopped."""

    sooner: int
    later: int
    judged: int


class SimulationOut(Shape):
    """What differs between the policy in use and another; no moves where every ticket is decided alike."""

    from_: SideOut = Field(alias="from")
    to: SideOut
    tickets: int
    moves: list[MoveOut]
    deadlines: dict[str, DeadlineShiftOut]
    refused: list[RowRefusal]
