"""What a person is shown after training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ticket_triage.cli.heads import head_parts
from ticket_triage.cli.screen import paragraph, show

if TYPE_CHECKING:
    from ticket_triage.service.train import Trained


def show_trained(trained: Trained, ceilings: Mapping[str, float] | None = None) -> None:
    """Print what was learnt from, how each head did, the warnings, and where the model is."""
    data, known = trained.data, ceilings or {}
    refused = f", {data['refused']:,} rows left out" if data["refused"] else ""
    show(
        paragraph(
            f"Learnt from {data['learnt_from']:,} tickets in {trained.seconds:.1f} s{refused}; "
            f"judged on {data['judged_on']:,} ({data['split']})."
        ),
        "",
        *(part for report in trained.reports for part in head_parts(report, known.get(report.head))),
    )
    if known:
        show(paragraph("The ceiling is what any model could reach: the people who labelled disagree on the rest."))
    show(*(paragraph(f"warning: {warning}") for warning in trained.warnings), paragraph(_outcome(trained)))


def _outcome(trained: Trained) -> str:
    if trained.version is not None:
        return f"Model {trained.name!r}, version {trained.version.name}, is in {trained.version}"
    if trained.usable:
        return "Nothing was published, as asked."
    return "This model is not usable: no head found a signal, so nothing was published."
