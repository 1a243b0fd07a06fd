"""A week's plan as a page and as Markdown to edit: ten steps, with boxes to tick."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from ticket_triage.reports.calendar_file import Event
from ticket_triage.reports.page import Items, Part, Quote, Section, Table

Plain = Mapping[str, Any]
"""A plan as ``WeekPlan.as_dict`` gives it, with the ``drafts`` of its updates."""


def plan_title(plan: Plain) -> str:
    """Return the page's title."""
    return f"Plan of week {plan['week']} for {plan['who']}"


def plan_sections(plan: Plain) -> list[Section]:
    """Return the plan's sections: last week first, then the five tasks, then the ten steps."""
    tasks = {task["ticket_id"]: task for task in plan["tasks"]}
    return [
        Section("Last week: planned against done", [*_review(plan["review"])]),
        Section("Top five tasks of the week", [Items(plan["top"], ticks=True)]),
        Section("1 New requests", [*_new(plan["tasks"])]),
        Section("2 Ranked by the scorecard", [*_ranked(plan["tasks"])]),
        Section("3 Time blocks", [*_blocks(plan, tasks)]),
        Section("4 What depends on what", [*_dependencies(plan, tasks)]),
        Section("5 Updates to send", [*_updates(plan)]),
        Section("6 Likely roadblocks", [*_roadblocks(plan["roadblocks"])]),
        Section("7 To escalate", [*_escalations(plan["tasks"])]),
        Section("8 The plan, kept", [_kept(plan)]),
        Section("9 Review", [_pointer(plan["review"])]),
        Section("10 Adjustments", [Items(plan["adjustments"])]),
    ]


def plan_tables(plan: Plain) -> dict[str, Table]:
    """Return the blocks and the ranked tickets as tables for a spreadsheet, by name."""
    rows = [[block[key] for key in ("ticket_id", "person", "begins", "ends")] for block in plan["blocks"]]
    return {"blocks": Table(["ticket_id", "person", "begins", "ends"], rows), "tickets": _ranking(plan["tasks"])}


def plan_events(plan: Plain) -> list[Event]:
    """Return the time blocks as entries of a calendar."""
    tasks = {task["ticket_id"]: task for task in plan["tasks"]}
    counts: dict[str, int] = {}
    events = []
    for block in plan["blocks"]:
        task = tasks[block["ticket_id"]]
        part = counts[task["ticket_id"]] = counts.get(task["ticket_id"], 0) + 1
        events.append(
            Event(
                key=f"{plan['week']}/{plan['who']}/{task['ticket_id']}/{part}",
                begins=datetime.fromisoformat(block["begins"]),
                ends=datetime.fromisoformat(block["ends"]),
                summary=f"{task['priority']} {task['ticket_id']} {task['title']}".strip(),
                description=f"{block['person']}: {task['reason']}",
            )
        )
    return events


def _review(review: Plain | None) -> Iterator[Part]:
    if review is None:
        yield "No plan of last week is kept in this folder; the next one opens with this week's."
        return
    yield (
        f"Week {review['week']}: {review['done']} of {review['planned']} planned tickets done, "
        f"{review['done_minutes']} of {review['planned_minutes']} minutes. Nobody had planned the "
        f"{review['came_in']} tickets ({review['came_in_minutes']} minutes) that came in."
    )
    yield Table(
        ["ticket", "what", "minutes", "done", "why not"],
        [
            [entry["ticket_id"], entry["title"], str(entry["minutes"]), "yes" if entry["done"] else "no", entry["why"]]
            for entry in review["tickets"]
        ],
    )


def _new(tasks: Sequence[Plain]) -> Iterator[Part]:
    new = [task for task in tasks if task["new"]]
    yield f"{len(new)} of {len(tasks)} open tickets came in since the last plan, or within a week."
    if new:
        yield Items([f"{task['ticket_id']} {task['title']} ({task['priority']})" for task in new])


def _ranked(tasks: Sequence[Plain]) -> Iterator[Part]:
    if not tasks:
        yield "Nothing is open."
        return
    yield _ranking(tasks)


def _ranking(tasks: Sequence[Plain]) -> Table:
    return Table(
        ["place", "ticket", "what", "priority", "points", "minutes", "why"],
        [
            [
                str(place),
                task["ticket_id"],
                task["title"],
                task["priority"],
                f"{task['points']:.2f}",
                str(task["minutes"]),
                task["reason"],
            ]
            for place, task in enumerate(tasks, start=1)
        ],
    )


def _blocks(plan: Plain, tasks: Mapping[str, Plain]) -> Iterator[Part]:
    people = "; ".join(_person(person) for person in plan["people"]) or "nobody is known to work"
    yield f"{100 * plan['share']:.0f} % of working time is planned, the rest is for what comes in. Working: {people}."
    days: dict[str, list[Plain]] = {}
    for block in plan["blocks"]:
        days.setdefault(datetime.fromisoformat(block["begins"]).strftime("%A %Y-%m-%d"), []).append(block)
    for day, blocks in days.items():
        yield f"{day} (UTC)"
        yield Items([_block(block, tasks[block["ticket_id"]]) for block in blocks], ticks=True)
    if plan["left_out"]:
        yield "Without time this week:"
        yield Items([f"{name} {tasks[name]['title']}: {why}" for name, why in plan["left_out"].items()])


def _block(block: Plain, task: Plain) -> str:
    begins, ends = (datetime.fromisoformat(block[key]).strftime("%H:%M") for key in ("begins", "ends"))
    return f"{begins} to {ends} {task['priority']} {task['ticket_id']} {task['title']} ({block['person']})"


def _person(person: Plain) -> str:
    capacity = person["capacity_minutes"]
    held = "" if capacity is None else f", room for {capacity}"
    return f"{person['person']} {person['working_minutes']} minutes{held}"


def _dependencies(plan: Plain, tasks: Mapping[str, Plain]) -> Iterator[Part]:
    lines = [
        f"{task['ticket_id']} comes after {name}{'' if name in tasks else ', which is not among these tickets'}"
        for task in plan["tasks"]
        for name in task["depends_on"]
    ]
    lines += [f"{name} waits in a ring: cut it" for name in plan["rings"]]
    yield Items(lines) if lines else "No open ticket depends on another."


def _updates(plan: Plain) -> Iterator[Part]:
    if not plan["updates"]:
        yield "Nobody needs to be told anything."
        return
    yield "Drafts for a person to read, change and send; nothing is sent by itself."
    for entry, draft in zip(plan["updates"], plan["drafts"], strict=True):
        yield f"{entry['ticket_id']}, to {entry['to']} ({entry['kind'].replace('_', ' ')}):"
        yield Quote(draft)


def _roadblocks(blocks: Sequence[Plain]) -> Iterator[Part]:
    if not blocks:
        yield "None in sight."
        return
    yield Table(
        ["ticket", "what may go wrong", "what to do"],
        [[entry["ticket_id"] or "all", entry["block"], entry["mitigation"]] for entry in blocks],
    )


def _escalations(tasks: Sequence[Plain]) -> Iterator[Part]:
    lines = [f"{task['ticket_id']} {task['title']}: {task['escalation']}" for task in tasks if task["escalation"]]
    yield Items(lines, ticks=True) if lines else "Nothing."


def _kept(plan: Plain) -> str:
    return (
        f"Made as of {plan['now'][:16]} UTC. This page, its Markdown to edit, the calendar and the data stand side by "
        "side. Tick in the Markdown what is done, or write 'why:' and the reason behind what is not: next week's plan "
        "opens with it."
    )


def _pointer(review: Plain | None) -> str:
    return "At the head of this plan." if review is not None else "Nothing to look back on yet; next week's plan will."
