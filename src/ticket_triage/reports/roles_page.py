"""The map of support work as it should be and as it is, and a statement for every role."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ticket_triage.reports.mindmap import Branch, mindmap_svg
from ticket_triage.reports.page import Drawing, Items, Part, Quote, Section

Plain = Mapping[str, Any]


def roles_sections(
    promise: str,
    wanted: Branch,
    found: Branch | None,
    faults: Sequence[str],
    differences: Sequence[str],
    roles: Sequence[Plain],
) -> list[Section]:
    """Return the page's sections.

    Parameters
    ----------
    promise : str
    wanted : Branch
        The map as it should be.
    found : Branch or None
        As a history shows it; None without one.
    faults, differences : sequence of str
        Where map and routing, and map and history, contradict each other.
    roles : sequence of mapping
        As ``Role.as_dict`` gives them.
    """
    sections = [
        Section("One promise for all", [Quote(promise)]),
        Section("Map and routing", [*_checked(faults, "The map and the routing of the policy agree.")]),
        Section("As it should be", [_drawn(wanted)]),
    ]
    if found is None:
        return [*sections, Section("As it is", ["Hand in a history to see it, and the roles with it."])]
    return [
        *sections,
        Section("As it is", [_drawn(found)]),
        Section("Where they differ", [*_checked(differences, "What is handled is what the map wants.")]),
        *(Section(f"Role: {role['role']}", [*_role(role)]) for role in roles),
    ]


def _checked(lines: Sequence[str], well: str) -> Iterator[Part]:
    yield Items(lines) if lines else well


def _drawn(branch: Branch) -> Drawing:
    mains = ", ".join(part.title for part in branch.parts)
    return Drawing(mindmap_svg(branch), f"{branch.title}. Main branches: {mains}.")


def _role(role: Plain) -> Iterator[Part]:
    yield f"Job. {role['job']}"
    if not role["tickets"]:
        yield "It had no ticket in this history, so nothing more can be said of it."
        return
    yield "Three things in focus:"
    yield Items(role["focus"])
    yield "Three means:"
    yield Items(role["means"])
    yield "Daily tasks:"
    yield Items(role["daily"])
