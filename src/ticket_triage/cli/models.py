"""Commands that make and judge models."""

from __future__ import annotations

from typing import Annotated

import typer

from ticket_triage.cli.options import (
    DEFAULT_MODELS,
    DEFAULT_NAME,
    FastOption,
    JsonOption,
    MappingOption,
    ModelsOption,
    NameOption,
    PolicyOption,
    json_to,
)
from ticket_triage.service.files import check_target

EXIT_CHECK_FAILED = 1


def install(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: triage train history.csv --mapping mapping.toml --name support")(train)
    app.command(epilog="Example: triage evaluate labelled.csv --name support --probe")(evaluate)


def train(
    history: Annotated[str, typer.Argument(metavar="HISTORY", help="Labelled tickets: a file or an SQL URL.")],
    mapping: MappingOption = None,
    test: Annotated[
        str | None,
        typer.Option("--test", metavar="LABELLED", help="Tickets to judge by; a fifth is held out if left out."),
    ] = None,
    models: ModelsOption = DEFAULT_MODELS,
    name: NameOption = DEFAULT_NAME,
    heads: Annotated[
        str | None, typer.Option("--heads", metavar="A,B", help="Heads to train; all that have labels if left out.")
    ] = None,
    fast: FastOption = False,
    encoder: Annotated[
        str | None,
        typer.Option(
            "--encoder",
            metavar="FOLDER",
            help="A sentence encoder's folder (sentence-transformers layout), to learn from meaning too.",
        ),
    ] = None,
    encoder_mode: Annotated[
        str | None,
        typer.Option(
            "--encoder-mode",
            metavar="static|full",
            help="static: a table made from it once, quick to look up (the default). full: the encoder itself.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of every random choice.")] = 0,
    ablation: Annotated[
        bool, typer.Option("--ablation", help="Say what each part of the recipe brings to each head; takes longer.")
    ] = False,
    curve: Annotated[
        bool, typer.Option("--learning-curve", help="Train on parts as well: would more labels help? Doubles the time.")
    ] = False,
    partial: Annotated[
        bool,
        typer.Option("--partial", help="Read a Parquet file of any size in parts, in flat memory; words alone."),
    ] = False,
    json: JsonOption = None,
) -> None:
    """Train a model on a history with labels, judge it on tickets it has not seen, and publish it.

    It is used from now on when it is not worse than the version in use. Exits with 1 when it is kept as a candidate,
    and when no head found a signal, so that nothing is published.
    """
    from ticket_triage.cli.progress import progress_bar
    from ticket_triage.cli.training import show_trained
    from ticket_triage.service.train import train as train_history

    if json is not None:
        check_target(json, history, test, mapping)
    with progress_bar() as progress:
        trained = train_history(
            history,
            mapping=mapping,
            test=test,
            heads=None if heads is None else [head.strip() for head in heads.split(",") if head.strip()],
            fast=fast,
            encoder=encoder,
            encoder_mode=encoder_mode,
            seed=seed,
            ablate=ablation,
            curve=curve,
            partial=partial,
            models=models,
            name=name,
            progress=progress,
        )
    if json is not None:
        json_to(json, trained.as_dict())
    show_trained(trained)
    if not trained.usable or (trained.published is not None and not trained.published.in_use):
        raise typer.Exit(EXIT_CHECK_FAILED)


def evaluate(
    labelled: Annotated[str, typer.Argument(metavar="LABELLED", help="Labelled tickets: a file or an SQL URL.")],
    mapping: MappingOption = None,
    models: ModelsOption = DEFAULT_MODELS,
    name: NameOption = DEFAULT_NAME,
    policy: PolicyOption = None,
    probe: Annotated[
        bool, typer.Option("--probe", help="Also look for single words that alone flip many answers.")
    ] = False,
    json: JsonOption = None,
) -> None:
    """Judge a trained model on labelled tickets.

    Give tickets that it has not learnt from: nothing else says how good it is on new ones.
    """
    from ticket_triage.cli.heads import cost_parts, head_parts, shortcut_parts
    from ticket_triage.cli.screen import paragraph, show
    from ticket_triage.service.evaluate import evaluate as evaluate_model

    if json is not None:
        check_target(json, labelled, mapping, policy)
    evaluated = evaluate_model(labelled, mapping=mapping, models=models, name=name, policy=policy, shortcuts=probe)
    if json is not None:
        json_to(json, {"name": name, **evaluated.as_dict()})
    covered = {entry.head: entry for entry in evaluated.coverage}
    for report in evaluated.reports:
        show(*head_parts(report, tickets="labelled tickets", coverage=covered.get(report.head)))
    show(*cost_parts(evaluated.costs), *shortcut_parts(evaluated.shortcuts))
    show(*(paragraph(f"warning: {warning}") for warning in evaluated.warnings))
