"""How a head did on tickets it had not seen, as a person reads it: what hurts first, then the classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from ticket_triage.cli.screen import grid, heading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from ticket_triage.modelling.coverage import Coverage
    from ticket_triage.modelling.evaluation import ClassReport, HeadReport
    from ticket_triage.service.costs import CostReport
    from ticket_triage.service.shortcuts import Shortcut


def head_parts(
    report: HeadReport,
    ceiling: float | None = None,
    *,
    tickets: str = "held-out tickets",
    coverage: Coverage | None = None,
) -> Iterator[RenderableType]:
    """Yield what is to be said of a head: its name, a few lines of figures, its classes.

    Parameters
    ----------
    report : HeadReport
    ceiling : float or None
        The accuracy that disagreement among the people who labelled allows; None where nobody knows.
    tickets : str
        What the head was judged on.
    coverage : Coverage or None
        What its sets held on the same tickets.
    """
    found = "" if report.signal else ": no signal found"
    yield heading(f"{report.head}, {report.rows:,} {tickets}{found}")
    yield from _aligned([*report.lines(ceiling), *_covered(coverage)])
    yield ""
    rows = [_class_row(entry) for entry in report.classes]
    yield grid(["class", "tickets", "precision", "recall", "F1"], rows)
    yield ""


def cost_parts(costs: CostReport | None) -> Iterator[RenderableType]:
    """Yield what acting on the urgency costs, beside the other ways; nothing when it was not reckoned."""
    if costs is None:
        return
    yield heading(f"{costs.head}: cost of a wrong level per ticket, {costs.rows:,} held-out tickets")
    yield from _aligned([(f"{cost:.3f}", way) for way, cost in costs.costs.items()])
    yield ""


def _aligned(lines: Sequence[tuple[str, str]]) -> Iterator[Text]:
    room = max(len(label) for label, _ in lines)
    for label, figures in lines:
        yield Text.assemble("  ", (f"{label:<{room}}", "dim"), f"  {figures}")


def _covered(coverage: Coverage | None) -> Iterator[tuple[str, str]]:
    if coverage is None:
        return
    promised = f"promised {coverage.level:.0%}; {coverage.mean_size:.1f} classes each"
    yield "sets", f"true class in {coverage.covered}, {promised}"
    if coverage.least_class is not None and coverage.least is not None:
        yield "", f"least of {coverage.least_class}, {coverage.least}"


def shortcut_parts(shortcuts: Sequence[Shortcut] | None) -> Iterator[RenderableType]:
    """Yield the words that alone flip answers; nothing when they were not asked for."""
    if shortcuts is None:
        return
    yield heading("Single words without which answers are others")
    if not shortcuts:
        yield "  none"
    else:
        rows = [_shortcut_row(entry) for entry in shortcuts]
        yield grid(["head", "word", "tickets", "answers", "share", "priorities"], rows)
    yield ""


def _shortcut_row(entry: Shortcut) -> tuple[str, ...]:
    figures = f"{entry.tickets:,}", f"{entry.flipped:,}", f"{entry.share:.0%}", f"{entry.priorities:,}"
    return entry.head, entry.word, *figures


def _class_row(entry: ClassReport) -> tuple[str, ...]:
    recall = f"{entry.recall:.3f}" if entry.rows else "none"
    return entry.name, f"{entry.rows:,}", f"{entry.precision:.3f}", recall, f"{entry.f1:.3f}"
