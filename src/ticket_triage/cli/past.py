"""The command that runs a past period again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ticket_triage.cli.options import MappingOption, PolicyOption
from ticket_triage.service.files import check_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

_ORDERS = "fcfs,labels,scorecard,model,full,oracle"


def install(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: triage replay data/sample_history.csv.gz --out replayed")(replay)


def replay(
    history: Annotated[
        str, typer.Argument(metavar="HISTORY", help="Tickets with times of opening, first answer and solution.")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Write page, CSV and JSON here; needs the extra 'report'.")
    ],
    mapping: MappingOption = None,
    agents: Annotated[
        str, typer.Option("--agents", metavar="FILE|inferred", help="A desk file, or read them off the history.")
    ] = "inferred",
    against: Annotated[
        str, typer.Option("--against", metavar="ORDERS", help="Orders to run beside the one followed, with commas.")
    ] = _ORDERS,
    policy: PolicyOption = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Where chance begins.")] = 0,
    seeds: Annotated[int, typer.Option("--seeds", metavar="K", help="Runs of each order, 1 to 200.")] = 20,
    json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Run a past period again under several orders of the queue, and say honestly whether one helps.

    Models are trained on what came before alone. No claim is made unless the replay gives the waits really observed.
    """
    from ticket_triage.cli.progress import progress_bar
    from ticket_triage.cli.screen import show
    from ticket_triage.service.replay import replay as run_again
    from ticket_triage.service.replay_files import DATA, write_replay

    check_folder(out)
    with progress_bar() as progress:
        found = run_again(
            history,
            mapping=mapping,
            agents=agents,
            against=[name.strip() for name in against.split(",")],
            policy=policy,
            seed=seed,
            seeds=seeds,
            progress=progress,
        )
    written = write_replay(found, out)
    if json:
        typer.echo((out / DATA).read_text(encoding="utf-8"), nl=False)
        return
    show(*_parts(found.as_dict()))
    for path in written:
        typer.echo(f"{path}")


def _parts(found: dict[str, Any]) -> Iterator[RenderableType]:
    from ticket_triage.cli.screen import grid, heading, paragraph

    yield heading("What may be said")
    for sentence in found["verdict"]:
        yield paragraph(sentence)
    for name, why in found["left_out"].items():
        yield paragraph(f"Left out: {name}, because {why}")
    yield ""
    rows = [
        (order, group, *_cells(by_group[group]))
        for group in found["figures"]["followed"]
        for order, by_group in found["figures"].items()
    ]
    yield grid(["order", "urgency", "answer, median h", "p90 h", "in time", "solution, median h"], rows)
    yield ""


def _cells(figures: dict[str, float | None]) -> tuple[str, ...]:
    answer = (_hours(figures["response_median_hours"]), _hours(figures["response_p90_hours"]))
    return (*answer, _share(figures["response_sla"]), _hours(figures["resolution_median_hours"]))


def _hours(value: float | None) -> str:
    return "none" if value is None else f"{value:,.1f}"


def _share(value: float | None) -> str:
    return "none" if value is None else f"{value:.0%}"
