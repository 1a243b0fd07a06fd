"""Commands that plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ticket_triage.cli.options import (
    DEFAULT_MODELS,
    DEFAULT_NAME,
    AreasOption,
    DeskOption,
    MappingOption,
    ModelsOption,
    NameOption,
    NowOption,
    PolicyOption,
    moment_of,
)
from ticket_triage.cli.telling import tell_missing
from ticket_triage.service.files import check_folder

app = typer.Typer(rich_markup_mode=None, help="Plan the work of a week.")


@app.callback()
def _plans() -> None:
    """Plan the work of a week."""


@app.command(
    epilog="Example: triage plan week --team billing --history data/sample_history.csv.gz --now 2026-03-16T07:00:00Z"
)
def week(
    agent: Annotated[str | None, typer.Option("--agent", metavar="NAME", help="Plan this agent's week.")] = None,
    team: Annotated[str | None, typer.Option("--team", metavar="NAME", help="Plan this team's week.")] = None,
    history: Annotated[
        str | None, typer.Option("--history", metavar="FILE", help="Past tickets; those open at --now are planned.")
    ] = None,
    queue: Annotated[str | None, typer.Option("--queue", metavar="FILE", help="Open tickets.")] = None,
    plans: Annotated[
        Path,
        typer.Option("--plans", metavar="DIR", help="Folder of plans; last week's is looked back on."),
    ] = Path("plans"),
    replace: Annotated[bool, typer.Option("--replace", help="Make a plan anew that is kept already.")] = False,
    mapping: MappingOption = None,
    models: ModelsOption = DEFAULT_MODELS,
    name: NameOption = DEFAULT_NAME,
    policy: PolicyOption = None,
    desk: DeskOption = None,
    areas: AreasOption = None,
    now: NowOption = None,
) -> None:
    """Plan a week in ten steps, as a page, Markdown to edit and a calendar; it opens with what came of the last one."""
    from ticket_triage.cli.reporting import say_written
    from ticket_triage.service.week import plan_week, write_plan

    check_folder(plans)
    found = plan_week(
        now=moment_of(now),
        history=history,
        queue=queue,
        agent=agent,
        team=team,
        desk=desk,
        mapping=mapping,
        models=models,
        name=name,
        policy=policy,
        areas=areas,
        plans=plans,
    )
    tell_missing(found.missing)
    for task in found.plan.top:
        typer.echo(task)
    blocks, left = found.plan.allocation.blocks, found.plan.allocation.left_out
    typer.echo(f"{len(blocks):,} time blocks in week {found.plan.week}; {len(left):,} tickets without time.")
    say_written(write_plan(found, plans, replace=replace))
