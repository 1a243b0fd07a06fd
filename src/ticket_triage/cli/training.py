"""What a person is shown after training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ticket_triage.cli.heads import cost_parts, head_parts
from ticket_triage.cli.screen import paragraph, show
from ticket_triage.cli.verdict import verdict_parts
from ticket_triage.service.contracts import contract_lines
from ticket_triage.service.learning import curve_lines

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ticket_triage.service.train import Trained


def show_trained(trained: Trained, ceilings: Mapping[str, float] | None = None) -> None:
    """Print what was learnt from, how each head did, the warnings, and where the model is."""
    data, known = trained.data, ceilings or {}
    refused = f", {data['refused']:,} rows left out" if data["refused"] else ""
    show(
        paragraph(
            f"Learnt from {data['learnt_from']:,} tickets in {trained.seconds:.1f} s{refused}; "
            f"judged on {data['judged_on']:,} ({data['split']}).{_held_back(data.get('held_back'))}"
        ),
        "",
        *(part for report in trained.reports for part in head_parts(report, known.get(report.head))),
    )
    if known:
        show(paragraph("The ceiling is what any model could reach: the people who labelled disagree on the rest."))
    show(*cost_parts(trained.costs), *(paragraph(line) for line in contract_lines(trained.contracts)))
    for head, parts in trained.ablation.items():
        show(f"What each part brings to {head}, on a held-out fold:", *map(_part, parts), "")
    show(*(paragraph(line) for line in curve_lines(trained.learning_curve)))
    show(*(paragraph(f"warning: {warning}") for warning in trained.warnings), *_outcome(trained))


def _held_back(n_grams: int | None) -> str:
    """Say how much was left out because it may tell who wrote it; nothing where requesters are not named."""
    return "" if n_grams is None else f" Left out {n_grams:,} n-grams that fewer than three requesters wrote."


def _part(part: Mapping[str, Any]) -> str:
    figures = f"log loss {part['log_loss']:.4f}  accuracy {part['accuracy']:.4f}  macro-F1 {part['macro_f1']:.4f}"
    return f"  {part['part']:<26} {figures}"


def _outcome(trained: Trained) -> Iterator[RenderableType]:
    published = trained.published
    if published is None:
        told = "Nothing was published, as asked."
        if not trained.usable:
            told = "This model is not usable: no head found a signal, so nothing was published."
        yield paragraph(told)
        return
    if published.verdict is not None:
        yield from verdict_parts(published.verdict, slices=False)
    version = published.version
    yield paragraph(f"Model {trained.name!r}, version {version.name}, is in {version}")
    if published.in_use:
        yield paragraph(_IN_USE[published.status])
        return
    yield paragraph("It is a candidate, and the version in use stays:")
    yield from (paragraph(f"  {refusal}") for refusal in published.refusals)
    yield paragraph("To use it all the same:")
    yield f"  triage models promote {version.name} --name {trained.name} --force --reason '...'"


_IN_USE = {
    "first": "It is in use: there was none before.",
    "promoted": "It is in use: it passed the gate.",
    "unchanged": "It was in use already: the same tickets and seed give the same model.",
}
