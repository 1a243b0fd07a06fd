"""Read a snapshot of the desk from a file: TOML or JSON with the same entries.

::

    closed_teams = ["billing"]
    arrivals = [2026-03-02T08:55:00Z]

    [[agents]]
    name = "Ana"
    team = "payments"
    skills = ["payments", "checkout"]
    tier = 2
    languages = ["en", "de"]
    capacity_minutes = 480
    load_minutes = 90
    calendar = "business"
    present = true

    [[queue]]
    ticket_id = "T-7"
    team = "payments"
    priority = "P2"
    minutes = 30

    [locks.T-9] # what people fixed: priority, team, agent, urgency, category, sentiment
    team = "payments"

    [reverts]
    T-9 = ["Ana"]

    [bounces]
    T-9 = ["support"]

    [claims]
    "maria@customer.example" = [40, 38] # called urgent, and of these not urgent

Everything may be left out, an agent's name and team excepted; what is left out is unknown.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from ticket_triage.domain.desk import Agent, Desk, OpenTicket
from ticket_triage.errors import DeskError, nearest

LARGEST_BYTES = 1 << 24
"""Largest file of a desk."""

Name = Annotated[str, Field(min_length=1, max_length=255)]
Names = Annotated[tuple[Name, ...], Field(max_length=1000)]
Minutes = Annotated[int, Field(ge=0, le=10_000_000)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Agent(_Table):
    name: Name
    team: Name
    skills: Names = ()
    tier: Annotated[int, Field(ge=1, le=9)] = 1
    languages: Names = ()
    capacity_minutes: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    load_minutes: Minutes = 0
    calendar: Name | None = None
    present: bool = True


class _Open(_Table):
    ticket_id: Name
    team: Name
    priority: Literal["P1", "P2", "P3", "P4"]
    minutes: Minutes


class _Lock(_Table):
    priority: Literal["P1", "P2", "P3", "P4"] | None = None
    team: Name | None = None
    agent: Name | None = None
    urgency: Literal["low", "medium", "high", "critical"] | None = None
    category: Name | None = None
    sentiment: Literal["negative", "neutral", "positive"] | None = None


class _Desk(_Table):
    agents: tuple[_Agent, ...] = ()
    queue: tuple[_Open, ...] = ()
    closed_teams: frozenset[Name] = frozenset()
    locks: dict[Name, _Lock] = {}
    reverts: dict[Name, Names] = {}
    bounces: dict[Name, Names] = {}
    arrivals: tuple[AwareDatetime, ...] = ()
    claims: dict[Name, tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]]] = {}


_TABLES: dict[str, type[BaseModel]] = {"agents": _Agent, "queue": _Open, "locks": _Lock}


def read_desk(path: str | Path) -> Desk:
    """Read a snapshot of the desk.

    Parameters
    ----------
    path : str or Path
        A file ending in ``.toml`` or ``.json``, 16 MiB at most.

    Returns
    -------
    Desk
        Whether its teams and calendars are the policy's is seen when tickets are decided on it.

    Raises
    ------
    DeskError
        When it cannot be read, or an entry is unknown or out of range; the message names the entry.
    """
    content = _content(Path(path))
    try:
        found = _Desk.model_validate(content)
    except ValidationError as error:
        raise DeskError(f"Desk {path}: {_fault(error)}") from None
    names = [agent.name for agent in found.agents]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise DeskError(f"Desk {path}: two agents are called {twice!r}; give each a name of its own.")
    if wrong := next((name for name, (called, unfounded) in found.claims.items() if unfounded > called), None):
        raise DeskError(f"Desk {path}: claims.{wrong} has more wrong calls than calls; write [calls, wrong calls].")
    return Desk(
        agents=tuple(Agent(**agent.model_dump()) for agent in found.agents),
        queue=tuple(OpenTicket(**entry.model_dump()) for entry in found.queue),
        closed_teams=found.closed_teams,
        locks={name: lock.model_dump(exclude_none=True) for name, lock in found.locks.items()},
        reverts=found.reverts,
        bounces=found.bounces,
        arrivals=found.arrivals,
        claims=found.claims,
    )


def _content(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise DeskError(f"Desk {path} is larger than {LARGEST_BYTES >> 20} MiB; leave out what is long closed.")
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        raise DeskError(f"Desk {path} is no UTF-8 text; save it as UTF-8.") from None
    except OSError as error:
        raise DeskError(f"Desk {path} cannot be read: {error.strerror or error}; name a TOML or JSON file.") from None
    try:
        content = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # both parsers' errors are ValueErrors
        raise DeskError(f"Desk {path} cannot be read: {error}; correct the file there.") from None
    if not isinstance(content, dict):
        raise DeskError(f'Desk {path} holds no entries; write an object such as {{"agents": []}}.')
    return content


def _fault(error: ValidationError) -> str:
    """Say what is wrong with the first entry that is, unknown names before all others."""
    details = error.errors(include_url=False)
    chosen = next((entry for entry in details if entry["type"] == "extra_forbidden"), details[0])
    place = [str(part + 1) if isinstance(part, int) else part for part in chosen["loc"] if part != "[key]"]
    if chosen["type"] == "extra_forbidden":
        table = _TABLES.get(place[0], _Desk) if len(place) > 1 else _Desk
        return f"{'.'.join(place)} is no entry of a desk; {nearest(place[-1], table.model_fields)}"
    return f"{'.'.join(place)}: {chosen['msg'][0].lower()}{chosen['msg'][1:]}."
