"""The map of support work, and whether the routing of a policy follows it.

An area hangs on a queue, a responsibility on skills: the policy's teams and categories. Every queue that tickets can
reach must stand on the map, and every area must be one that tickets can reach.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, ValidationError

from ticket_triage.errors import PolicyInvalidError, PolicyUnreadableError, nearest
from ticket_triage.policy.conditions import folded
from ticket_triage.policy.schema import Guideline, Table, Texts, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ticket_triage.policy.compiled import Policy

DEEPEST = 6
"""Levels below the map's root."""


class Area(Table):
    """A part of the work: whose queue it is, the skills it needs, its tasks, and the parts it falls into."""

    title: Words
    queue: Words | None = None
    skills: Texts = ()
    tasks: Texts = ()
    parts: dict[str, Area] = Field(default_factory=dict)

    def walk(self) -> Iterator[Area]:
        """Yield it and everything below it."""
        yield self
        for part in self.parts.values():
            yield from part.walk()

    @property
    def all_skills(self) -> tuple[str, ...]:
        """The skills of it and of everything below it, each once."""
        return tuple(dict.fromkeys(skill for part in self.walk() for skill in part.skills))

    @property
    def all_tasks(self) -> tuple[str, ...]:
        """The tasks of it and of everything below it."""
        return tuple(task for part in self.walk() for task in part.tasks)


class AreaMap(Table):
    """A whole map: one promise shared by all roles, and the areas."""

    name: Words
    promise: Guideline
    areas: Annotated[dict[str, Area], Field(min_length=1, max_length=200)]

    def of_queue(self, queue: str) -> list[Area]:
        """Return the areas that hang on a queue."""
        return [part for area in self.areas.values() for part in area.walk() if part.queue == queue]


def load_areas(path: str | Path | None = None) -> AreaMap:
    """Read a map of support work; the shipped one without a path.

    Raises
    ------
    PolicyUnreadableError
        When the file is missing, no UTF-8 or no TOML.
    PolicyInvalidError
        When an entry is unknown, missing or out of range; the message names it.

    Examples
    --------
    >>> list(load_areas().areas)[:2]
    ['payments', 'platform']
    """
    name = "the shipped map of areas" if path is None else str(path)
    try:
        source = files(__package__).joinpath("areas.toml") if path is None else Path(path)
        content = tomllib.loads(source.read_text("utf-8"))
        found = AreaMap.model_validate(content)
    except OSError as error:
        raise PolicyUnreadableError(
            f"Areas {name} cannot be read: {error.strerror or error}; name a TOML file."
        ) from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        hint = f" ({nearest(str(first['loc'][-1]), Area.model_fields)})" if first["type"] == "extra_forbidden" else ""
        raise PolicyInvalidError(f"Areas {name}: {place}: {first['msg']}{hint}.") from None
    except (ValueError, RecursionError) as error:
        raise PolicyUnreadableError(f"Areas {name} is no TOML in UTF-8: {error}; correct the file there.") from None
    deepest = max(_depth(area) for area in found.areas.values())
    if deepest > DEEPEST:
        raise PolicyInvalidError(f"Areas {name}: areas go {deepest} levels deep; {DEEPEST} at most can be drawn.")
    return found


def faults(areas: AreaMap, policy: Policy) -> list[str]:
    """Return where a map and the routing of a policy contradict each other, in sentences; none when they agree."""
    return [*_unknown(areas, policy), *_orphans(areas, policy), *_unreachable(areas, policy), *_astray(areas, policy)]


def reached(policy: Policy) -> Mapping[str, list[str]]:
    """Return by team what brings it tickets: categories, signals, other teams' escalations, and not being sure."""
    found: dict[str, list[str]] = {team: [] for team in policy.router.escalates_to}
    for category, team in policy.router.teams.items():
        found[team].append(f"category {category}")
    for name, table in policy.as_dict()["signals"].items():
        if "team" in table:
            found[table["team"]].append(f"signal {name}")
    found[policy.router.unsure_team].append("tickets of no certain category")
    for team, taker in policy.router.escalates_to.items():
        found[taker].append(f"escalations of {team}")
    return found


def _walk(areas: AreaMap) -> Iterator[Area]:
    for area in areas.areas.values():
        yield from area.walk()


def _unknown(areas: AreaMap, policy: Policy) -> Iterator[str]:
    for area in _walk(areas):
        if area.queue is not None and area.queue not in policy.router.escalates_to:
            known = nearest(area.queue, policy.router.escalates_to)
            yield f"Area {area.title!r} hangs on queue {area.queue!r}, which the policy does not have; {known}"
        for skill in area.skills:
            if folded(skill) not in policy.router.teams:
                known = nearest(skill, policy.router.teams)
                yield f"{area.title!r} needs skill {skill!r}, which no category of the policy is; {known}"


def _orphans(areas: AreaMap, policy: Policy) -> Iterator[str]:
    on_map = {area.queue for area in _walk(areas)}
    for team in policy.router.escalates_to:
        if team not in on_map:
            yield f"Queue {team!r} is an orphan: the policy sends tickets there, and no area of the map hangs on it."


def _unreachable(areas: AreaMap, policy: Policy) -> Iterator[str]:
    ways = reached(policy)
    for area in _walk(areas):
        if area.queue is not None and area.queue in ways and not ways[area.queue]:
            yield (
                f"Area {area.title!r} cannot be reached: no category, signal or escalation leads to queue "
                f"{area.queue!r}; route something there or take the area off the map."
            )


def _astray(areas: AreaMap, policy: Policy) -> Iterator[str]:
    """Yield skills that hang under one queue while the policy routes them to another, or that no queue has."""
    for title, queue, skill in _placed(areas):
        team = policy.router.teams.get(skill)
        if team is not None and queue is None:
            yield f"{title!r} hangs on no queue, so nothing says who does {skill!r}."
        elif team is not None and queue != team:
            yield f"The map puts {skill!r} under queue {queue!r}, but the policy routes it to {team!r}."
    skills = {skill for _, _, skill in _placed(areas)}
    for category, team in policy.router.teams.items():
        if category not in skills:
            yield f"Category {category!r} (queue {team!r}) stands nowhere on the map."


def _placed(areas: AreaMap) -> Iterator[tuple[str, str | None, str]]:
    def below(area: Area, queue: str | None) -> Iterator[tuple[str, str | None, str]]:
        queue = area.queue or queue
        yield from ((area.title, queue, folded(skill)) for skill in area.skills)
        for part in area.parts.values():
            yield from below(part, queue)

    for area in areas.areas.values():
        yield from below(area, None)


def _depth(area: Area) -> int:
    return 1 + max(map(_depth, area.parts.values()), default=0)
