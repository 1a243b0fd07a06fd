"""Commands about policy files: check, show, draft one, try one on tickets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ticket_triage.cli.options import (
    DEFAULT_MODELS,
    DEFAULT_NAME,
    DeskOption,
    JsonOption,
    MappingOption,
    ModelsOption,
    NameOption,
    NowOption,
    PolicyOption,
    json_to,
    moment_of,
)
from ticket_triage.cli.telling import tell_missing
from ticket_triage.service.files import check_target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from ticket_triage.service.policy_check import PolicyChecked

EXIT_NOT_SOUND = 1
_NAMED = 20

app = typer.Typer(help="Check, show, draft or try the file that decides.", rich_markup_mode=None)

FileArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="[POLICY]", envvar="TRIAGE_POLICY", show_default=False, help="Policy file; the shipped one if left out."
    ),
]
ModelOption = Annotated[
    str | None, typer.Option("--name", metavar="NAME", help="A model whose categories must have routes.")
]
HistoryOption = Annotated[
    str | None, typer.Option("--history", metavar="HISTORY", help="Tickets whose categories must have routes.")
]


@app.command(epilog="Example: triage policy check own.toml --history history.csv")
def check(
    policy: FileArgument = None,
    history: HistoryOption = None,
    mapping: MappingOption = None,
    models: ModelsOption = DEFAULT_MODELS,
    name: ModelOption = None,
    json: JsonOption = None,
) -> None:
    """Say all that is wrong with a policy file, with its lines, and which categories no route names.

    Exits with 1 when there is anything.
    """
    from ticket_triage.service.policy_check import check_policy

    if json is not None:
        check_target(json, policy, history, mapping)
    found = check_policy(policy, history=history, mapping=mapping, models=models, name=name)
    if json is not None:
        json_to(json, found.as_dict())
    _show_check(found)
    if not found.sound:
        raise typer.Exit(EXIT_NOT_SOUND)


def _show_check(found: PolicyChecked) -> None:
    from ticket_triage.cli.screen import grid, paragraph, show

    show(*(paragraph(fault) for fault in found.faults))
    if found.reference is None:
        return
    reference = found.reference
    show(f"Policy {reference.name}, version {reference.version} ({reference.sha256[:12]}): every entry is sound.")
    if found.unrouted:
        rows = [(name, f"{count:,}" if count else "") for name, count in list(found.unrouted.items())[:_NAMED]]
        rest = len(found.unrouted) - len(rows)
        many = len(found.unrouted)
        told = "1 category has" if many == 1 else f"{many:,} categories have"
        show(
            paragraph(f"{told} no route of its own, so its tickets go to {found.default_team}; add [categories.NAME]:"),
            grid(["category", "tickets"], rows),
            *([f"  and {rest:,} more; --json lists them all."] if rest else []),
        )


@app.command(epilog="Example: triage policy show --toml > own.toml")
def show(
    policy: FileArgument = None,
    toml: Annotated[bool, typer.Option("--toml", help="Print the file itself, comments and all, to copy.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the whole content as JSON, as it is hashed.")] = False,
) -> None:
    """Show what a policy decides by: weights, cut-offs, teams, targets and hours."""
    from ticket_triage.cli.screen import show as show_parts
    from ticket_triage.errors import BadOptionError
    from ticket_triage.policy import load_policy, policy_text

    if toml and json:
        raise BadOptionError("--toml and --json are two forms of the same; choose one.")
    rules = load_policy(policy)
    if toml:
        typer.echo(policy_text(policy), nl=False)
    elif json:
        typer.echo(rules.content)
    else:
        reference = rules.reference
        show_parts(
            f"Policy {reference.name}, version {reference.version}, SHA-256 {reference.sha256}",
            *_tables(rules.as_dict()),
        )


def _tables(content: dict[str, Any]) -> Iterator[RenderableType]:
    from ticket_triage.cli.screen import grid, heading

    for title, columns, rows in (
        ("Scorecard", ("criterion", "weight"), _criteria(content)),
        ("Priorities", ("priority", "from", "first response", "resolution", "calendar"), _priorities(content)),
        ("Teams", ("team", "categories", "escalates to", "manager"), _teams(content)),
        ("Calendars", ("calendar", "zone", "hours"), _calendars(content)),
    ):
        yield ""
        yield heading(title)
        yield grid(columns, rows)


def _criteria(content: dict[str, Any]) -> list[tuple[str, ...]]:
    return [(entry["title"], f"{entry['weight']:g}") for entry in content["scorecard"].values()]


def _priorities(content: dict[str, Any]) -> list[tuple[str, ...]]:
    rows = []
    for priority in content["priorities"]:
        target = content["sla"][priority]
        minutes = (f"{target[clock]:,} min" for clock in ("first_response_minutes", "resolution_minutes"))
        rows.append((priority, f"{content['cutoffs'].get(priority, 0):g} points", *minutes, target["calendar"]))
    return rows


def _teams(content: dict[str, Any]) -> list[tuple[str, ...]]:
    taken: dict[str, list[str]] = {team: [] for team in content["teams"]}
    for category, entry in content["categories"].items():
        taken[entry["team"]].append(category)
    return [
        (team, ", ".join(taken[team]), entry["escalates_to"], entry["manager"])
        for team, entry in content["teams"].items()
    ]


def _calendars(content: dict[str, Any]) -> list[tuple[str, ...]]:
    return [(name, entry["time_zone"], _hours(entry["hours"])) for name, entry in content["calendars"].items()]


def _hours(hours: dict[str, list[str]]) -> str:
    """Return the hours of a week, days of the same hours together."""
    days: dict[str, list[str]] = {}
    for day, spans in hours.items():
        days.setdefault(" ".join(spans) or "closed", []).append(day[:3].capitalize())
    return "; ".join(f"{' '.join(same)} {spans}" for spans, same in days.items())


@app.command(epilog="Example: triage policy simulate past.csv --to own.toml --moves moved.csv")
def simulate(
    tickets: Annotated[str, typer.Argument(metavar="TICKETS", help="Tickets: a file or an SQL URL.")],
    to: Annotated[Path, typer.Option("--to", metavar="POLICY", help="The policy to try.")],
    before: Annotated[
        Path | None,
        typer.Option(
            "--from", metavar="POLICY", envvar="TRIAGE_POLICY", help="The policy in use; the shipped one if left out."
        ),
    ] = None,
    mapping: MappingOption = None,
    models: ModelsOption = DEFAULT_MODELS,
    name: NameOption = DEFAULT_NAME,
    desk: DeskOption = None,
    now: NowOption = None,
    moves: Annotated[
        Path | None,
        typer.Option("--moves", metavar="FILE", help="Write who moves: .csv, .csv.gz, .jsonl or .parquet."),
    ] = None,
    json: JsonOption = None,
) -> None:
    """Say which tickets another policy would decide otherwise, what teams would carry and what comes of deadlines."""
    from ticket_triage.cli.progress import progress_bar
    from ticket_triage.cli.simulating import show_simulated
    from ticket_triage.service.answers import check_ending, write_answers
    from ticket_triage.service.policy_simulate import simulate_policy

    for target in (moves, json):
        if target is not None:
            check_target(target, tickets, mapping, before, to, desk)
    if moves is not None:
        check_ending(moves)
    with progress_bar() as progress:
        found = simulate_policy(
            tickets,
            before=before,
            after=to,
            now=moment_of(now),
            mapping=mapping,
            models=models,
            name=name,
            desk=desk,
            progress=progress,
        )
    tell_missing(found.missing)
    if json is not None:
        json_to(json, found.as_dict())
    if moves is not None:
        write_answers(found.table(), moves)
    show_simulated(found)


@app.command(epilog="Example: triage policy draft history.csv --out own.toml --time-zone Europe/Berlin")
def draft(
    history: Annotated[str, typer.Argument(metavar="HISTORY", help="Past tickets: a file or an SQL URL.")],
    out: Annotated[Path, typer.Option("--out", metavar="POLICY", help="The policy file to write.")],
    mapping: MappingOption = None,
    name: Annotated[str, typer.Option("--called", metavar="NAME", help="What the policy is called.")] = "own",
    time_zone: Annotated[
        str, typer.Option("--time-zone", metavar="ZONE", help="In which the desk's hours are written.")
    ] = "UTC",
) -> None:
    """Propose routes, category defaults, hours and targets from a desk's own past, each with its evidence."""
    from ticket_triage.service.files import write_text
    from ticket_triage.service.policy_draft import draft_policy

    check_target(out, history, mapping)
    made = draft_policy(history, mapping=mapping, name=name, time_zone=time_zone)
    write_text(out, made.text)
    evidence = made.evidence
    typer.echo(
        f"{out}: {len(evidence.routes):,} routes to {len(evidence.teams):,} teams from {evidence.tickets:,} tickets. "
        "Read it, then: triage policy check."
    )


@app.command(epilog="Example: triage policy claims history.csv --out claims.toml")
def claims(
    history: Annotated[str, typer.Argument(metavar="HISTORY", help="Past tickets: a file or an SQL URL.")],
    out: Annotated[
        Path, typer.Option("--out", metavar="DESK", help="A desk file to write, to use or to add to yours.")
    ],
    mapping: MappingOption = None,
    policy: PolicyOption = None,
) -> None:
    """Count by requester how often a ticket was called urgent, and how often it was labelled otherwise."""
    from json import dumps

    from ticket_triage.policy import load_policy
    from ticket_triage.service.files import write_text
    from ticket_triage.service.policy_claims import claims_of

    check_target(out, history, mapping, policy)
    found = claims_of(history, load_policy(policy), mapping=mapping)
    lines = [f"{dumps(name, ensure_ascii=False)} = [{called}, {wrong}]" for name, (called, wrong) in found.items()]
    write_text(out, "\n".join(["# Called urgent, and of these not urgent.", "[claims]", *lines]) + "\n")
    typer.echo(f"{out}: {len(found):,} requesters called something urgent.")
