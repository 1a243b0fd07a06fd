"""The command that explains one ticket: its receipt, or every line behind its prediction."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from ticket_triage.cli.options import (
    DEFAULT_MODELS,
    DEFAULT_NAME,
    DeskOption,
    MappingOption,
    ModelsOption,
    NameOption,
    NowOption,
    PolicyOption,
    moment_of,
)
from ticket_triage.cli.telling import tell_missing
from ticket_triage.domain.explanation import json_line
from ticket_triage.errors import BadOptionError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rich.console import RenderableType

    from ticket_triage.domain.explanation import Explanation, HeadExplanation
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.service.explain import Explained


EXIT_DIFFERENT = 1


def install(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog="Example: triage explain new.csv --ticket T-17 --name support --head urgency ; "
        "triage explain receipt.json --replay --tickets new.csv"
    )(explain)


def explain(
    tickets: Annotated[str | None, typer.Argument(metavar="TICKETS", help="Tickets: a file or an SQL URL.")] = None,
    text: Annotated[
        str | None, typer.Option("--text", metavar="TEXT", help="What a ticket says; no file then.")
    ] = None,
    ticket: Annotated[
        str | None, typer.Option("--ticket", metavar="ID", help="Which ticket; needed when there are several.")
    ] = None,
    mapping: MappingOption = None,
    models: ModelsOption = DEFAULT_MODELS,
    name: NameOption = DEFAULT_NAME,
    policy: PolicyOption = None,
    desk: DeskOption = None,
    delays: Annotated[
        bool, typer.Option("--delays", help="Say which other tickets of the file it delays, and by how long.")
    ] = False,
    what_if: Annotated[
        bool, typer.Option("--what-if", help="Say what would move its priority one level up and down.")
    ] = False,
    now: NowOption = None,
    events: Annotated[
        str | None, typer.Option("--events", metavar="EVENTS", help="Log of events: show the service clocks too.")
    ] = None,
    head: Annotated[
        str | None, typer.Option("--head", metavar="HEAD", help="Show what added up to this head's log-odds.")
    ] = None,
    about: Annotated[
        str | None, typer.Option("--class", metavar="CLASS", help="Explain this class of --head, not its answer.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Show every line; of all heads without --head.")] = False,
    history: Annotated[
        str | None,
        typer.Option("--history", metavar="FILE", help="Show tickets of this history that are like it."),
    ] = None,
    index: Annotated[
        Path | None,
        typer.Option("--index", metavar="DIR", help="Keep the index of --history here; made anew if it changed."),
    ] = None,
    replay: Annotated[
        bool, typer.Option("--replay", help="The file holds receipts: decide their tickets again, name what differs.")
    ] = False,
    originals: Annotated[
        str | None, typer.Option("--tickets", metavar="TICKETS", help="With --replay: where the tickets stand.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON, as HTTP would.")] = False,
) -> None:
    """Decide one ticket and show its receipt; with --head, --all or --history, what its prediction rests on.

    With --replay, receipts are held against what follows today from the same ticket, desk, model and policy; exits
    with 1 when any differs.
    """
    chosen = _Chosen(tickets, text, ticket, mapping, models, name, policy, desk)
    if originals is not None and not replay:
        raise BadOptionError("--tickets says where the tickets of receipts stand; it goes with --replay.")
    if replay:
        _refuse_beside_replay(tickets, events=events, head=head, about=about, history=history, index=index, now=now)
        _replay(chosen, originals, json=json)
    elif index is not None and history is None:
        raise BadOptionError("--index keeps what a history is searched by; name the history with --history.")
    elif head is None and about is None and not everything and history is None:
        _show_receipt(chosen, moment_of(now), events, delays=delays, what_if=what_if, json=json)
    elif events is not None:
        raise BadOptionError("--events adds clocks to a receipt, but --head, --class and --all show none; choose one.")
    else:
        _show_breakdown(chosen, head, about, history, index, everything=everything, json=json)


class _Chosen(NamedTuple):
    """Which ticket to explain, and by what."""

    tickets: str | None
    text: str | None
    ticket: str | None
    mapping: Path | None
    models: Path
    name: str
    policy: Path | None
    desk: Path | None


def _replay(chosen: _Chosen, originals: str | None, *, json: bool) -> None:
    """Decide the tickets of receipts again; end with 1 when any differs."""
    from ticket_triage.cli.replaying import show_replay

    same = show_replay(
        str(chosen.tickets),
        tickets=originals,
        text=chosen.text,
        ticket_id=chosen.ticket,
        mapping=chosen.mapping,
        models=chosen.models,
        policy=chosen.policy,
        desk=chosen.desk,
        json=json,
    )
    if not same:
        raise typer.Exit(EXIT_DIFFERENT)


def _show_receipt(
    chosen: _Chosen, now: datetime, events: str | None, *, delays: bool, what_if: bool, json: bool
) -> None:
    from ticket_triage.cli.screen import width
    from ticket_triage.reports.memo import memo
    from ticket_triage.service.explain import explain as explain_ticket

    explained: Explained = explain_ticket(
        chosen.tickets,
        text=chosen.text,
        now=now,
        ticket_id=chosen.ticket,
        mapping=chosen.mapping,
        models=chosen.models,
        name=chosen.name,
        policy=chosen.policy,
        events=events,
        desk=chosen.desk,
        delays=delays,
        what_if=what_if,
    )
    tell_missing(explained.missing)
    if json:
        typer.echo(_receipt(explained))
    else:
        typer.echo(memo(explained.decision, width(), explained.clocks, explained.what_if))


def _show_breakdown(
    chosen: _Chosen,
    head: str | None,
    about: str | None,
    history: str | None,
    index: Path | None,
    *,
    everything: bool,
    json: bool,
) -> None:
    """Show what added up to a prediction, and past tickets like this one where a history is named."""
    from ticket_triage.cli.screen import show
    from ticket_triage.service.breakdown import break_down
    from ticket_triage.service.explain import pick_ticket

    ticket = pick_ticket(chosen.tickets, text=chosen.text, ticket_id=chosen.ticket, mapping=chosen.mapping)
    found = break_down(ticket, head=head, about=about, everything=everything, models=chosen.models, name=chosen.name)
    similar = None if history is None else _similar(ticket, found, history, chosen.mapping, index)
    if json:
        typer.echo(found.as_json() if similar is None else json_line({**found.as_dict(), "similar": similar}))
        return
    show(*(part for entry in found.heads for part in _parts(entry)), *_past(similar or []))
    if similar == []:
        show("No past ticket shares a telling word with this one.")


def _refuse_beside_replay(receipts: str | None, **others: object) -> None:
    """Refuse what a replay has no use for: moment, desk and model are the receipt's."""
    if receipts is None:
        raise BadOptionError("--replay needs a file of receipts; name it first: triage explain receipt.json --replay.")
    for option, value in others.items():
        if value is not None:
            name = "class" if option == "about" else option
            raise BadOptionError(f"--{name} cannot stand beside --replay, which takes everything from the receipt.")


def _similar(
    ticket: Ticket, found: Explanation, history: str, mapping: Path | None, index: Path | None
) -> list[dict[str, Any]]:
    from ticket_triage.service.similar import answers_of, past_tickets

    answers = answers_of(found)
    past = past_tickets(history, mapping=mapping, index=index)
    return [entry.beside(answers) for entry in past.search(ticket)]


def _past(similar: list[dict[str, Any]]) -> Iterator[RenderableType]:
    from ticket_triage.cli.screen import heading, paragraph

    if similar:
        yield heading("Past tickets like it")
    for entry in similar:
        other = ", ".join(f"{head} ({entry['labels'][head]})" for head in entry["contradicts"])
        stands = [f"supports {', '.join(entry['supports'])}"] if entry["supports"] else []
        stands += [f"contradicts {other}"] if other else []
        yield paragraph(f"  {entry['similarity']:.2f}  {entry['ticket_id']}: {'; '.join(stands) or 'has no label'}")
        yield paragraph(f"        {entry['excerpt']}")


def _receipt(explained: Explained) -> str:
    """Return the receipt as HTTP sends it; its clocks and what would change it as lines of their own."""
    lines = [explained.decision.as_json()]
    if explained.clocks is not None:
        lines.append(json_line(explained.clocks.as_dict()))
    if explained.what_if is not None:
        lines.append(json_line({"what_if": [entry.as_dict() for entry in explained.what_if]}))
    return "\n".join(lines)


def _parts(found: HeadExplanation) -> Iterator[RenderableType]:
    from ticket_triage.cli.screen import grid, heading, paragraph

    answered = "" if found.about == found.answer else f"; the answer is {found.answer}"
    yield heading(f"{found.head}: {found.about} ({found.probability:.2f}{answered})")
    step = found.calibration
    rows = [(f"{line.contribution:+.4f}", line.kind, line.text.replace(" ", "\u00b7")) for line in found.lines]
    rows.append((f"{found.log_odds:+.4f}", "sum", "log-odds against the other classes"))
    rows.append((f"{step.shift:+.4f}", "calibration", f"makes {step.log_odds:+.4f}"))
    yield grid(["log-odds", "kind", "what"], rows)
    spread = f", {step.noise:.1%} of it spread evenly for labels no text explains" if step.noise else ""
    yield paragraph(f"  probability {found.probability:.4f}, beside the other classes{spread}")
    yield ""
