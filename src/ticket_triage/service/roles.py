"""Draw the map of support work as it should be and as it is, check it against routing, and state the roles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ticket_triage.domain.shown import Cells, Shown
from ticket_triage.intake.reading import read_tickets
from ticket_triage.planning.outcomes import WALL
from ticket_triage.planning.roles import Branch, Role, Wanted, as_it_is, differences, role_statement
from ticket_triage.policy import load_policy
from ticket_triage.policy.areas import Area, AreaMap, faults, load_areas
from ticket_triage.reports.mindmap import mindmap_mermaid, mindmap_opml, mindmap_svg
from ticket_triage.reports.roles_page import roles_sections
from ticket_triage.service.files import write_text
from ticket_triage.service.report import write_report

if TYPE_CHECKING:
    from ticket_triage.service.train import MappingSource, Source


@dataclass(frozen=True, slots=True, repr=False)
class Roles(Shown):
    """The two maps, what does not fit, and the roles.

    Parameters
    ----------
    promise : str
    wanted : Branch
        The map as it should be.
    found : Branch or None
        As the history shows it; None without one.
    faults : tuple of str
        Where map and routing contradict each other.
    differences : tuple of str
        Where map and history do.
    roles : tuple of Role
    """

    promise: str
    wanted: Branch
    found: Branch | None
    faults: tuple[str, ...]
    differences: tuple[str, ...]
    roles: tuple[Role, ...]

    def told(self) -> list[str]:
        """Return the promise, and where map, routing and history contradict each other."""
        return [self.promise, *self.faults, *self.differences]

    def cells(self) -> Cells:
        """Return one row for each role."""
        rows = (
            (one.role, one.tickets, one.job, *("; ".join(part) for part in (one.focus, one.means, one.daily)))
            for one in self.roles
        )
        return ("role", "tickets", "job", "focus", "means", "daily"), rows

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {
            "promise": self.promise,
            "faults": list(self.faults),
            "differences": list(self.differences),
            "roles": [role.as_dict() for role in self.roles],
        }


def roles(
    history: Source | None = None,
    *,
    mapping: MappingSource = None,
    policy: str | Path | None = None,
    areas: str | Path | None = None,
) -> Roles:
    """Check a map of support work against a policy and, with a history, against what was handled.

    Parameters
    ----------
    history : str, Path, DataFrame or None
    mapping : str, Path, mapping or None
    policy, areas : str, Path or None
        None takes the shipped ones.

    Raises
    ------
    InputError, PolicyError
        When something cannot be read, or the history does not say which team had a ticket.
    """
    work = load_areas(areas)
    found = tuple(faults(work, load_policy(policy)))
    wanted = Branch(f"{work.name}, as it should be", tuple(_branch(area) for area in work.areas.values()))
    if history is None:
        return Roles(work.promise, wanted, None, found, (), ())
    frame = read_tickets(history, mapping).tickets
    queues = list(_wanted(work))
    return Roles(
        promise=work.promise,
        wanted=wanted,
        found=as_it_is(frame, work.name),
        faults=found,
        differences=tuple(differences(frame, queues)),
        roles=tuple(role_statement(frame, one, work.promise, WALL) for one in queues),
    )


def write_roles(found: Roles, folder: Path) -> list[Path]:
    """Write the page, and both maps as SVG, Mermaid and OPML, and return the paths, the page first."""
    sections = roles_sections(
        found.promise,
        found.wanted,
        found.found,
        found.faults,
        found.differences,
        [role.as_dict() for role in found.roles],
    )
    paths = write_report(folder, "roles", "Roles and the map of support work", sections, {})
    for name, branch in (("as_it_should_be", found.wanted), ("as_it_is", found.found)):
        if branch is None:
            continue
        texts = {"svg": mindmap_svg(branch, alone=True), "mmd": mindmap_mermaid(branch), "opml": mindmap_opml(branch)}
        for ending, text in texts.items():
            paths.append(folder / f"{name}.{ending}")
            write_text(paths[-1], text)
    return paths


def _branch(area: Area) -> Branch:
    skills = f" [{', '.join(area.skills)}]" if area.skills else ""
    queue = f" (queue {area.queue})" if area.queue else ""
    below = (*map(_branch, area.parts.values()), *map(Branch, area.tasks))
    return Branch(f"{area.title}{queue}{skills}", below)


def _wanted(work: AreaMap) -> Iterator[Wanted]:
    """Yield each queue of the map once, with all that hangs on it."""
    queues = dict.fromkeys(part.queue for area in work.areas.values() for part in area.walk() if part.queue)
    for queue in queues:
        own = work.of_queue(queue)
        skills = tuple(skill for area in own for skill in area.all_skills if skill != "default")
        tasks = {part.title: part.tasks for area in own for part in area.walk() if part.tasks}
        yield Wanted(queue, " and ".join(area.title for area in own), skills, tasks)
