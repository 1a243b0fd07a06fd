"""What a person is shown after training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ticket_triage.cli.tables import console, head_tables

if TYPE_CHECKING:
    from ticket_triage.service.train import Trained


def show_trained(trained: Trained, ceilings: Mapping[str, float] | None = None) -> None:
    """Print what was learnt from, how each head did, the warnings, and where the model is."""
    screen = console()
    data = trained.data
    refused = f", {data['refused']:,} rows refused" if data["refused"] else ""
    screen.print(
        f"Learnt from {data['learnt_from']:,} tickets in {trained.seconds:.1f} s{refused}; "
        f"judged on {data['judged_on']:,} ({data['split']}).\n"
    )
    for report in trained.reports:
        screen.print(*head_tables(report, (ceilings or {}).get(report.head)), sep="\n")
    for warning in trained.warnings:
        screen.print(f"warning: {warning}", markup=False)
    if trained.version is not None:
        screen.print(f"Model {trained.name!r}, version {trained.version.name}, is in {trained.version}.")
    elif not trained.usable:
        screen.print("This model is not usable: no head found a signal, so nothing was published.")
