"""What a person is shown of a comparison of two versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticket_triage.cli.screen import grid, heading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from ticket_triage.modelling.gate import Check, Verdict


def verdict_parts(verdict: Verdict, *, slices: bool) -> Iterator[RenderableType]:
    """Yield the figures of both versions on the tickets that neither has learnt from.

    Parameters
    ----------
    verdict : Verdict
    slices : bool
        Every slice too, and not only those that forbid a promotion.
    """
    yield heading(f"Beside version {verdict.champion}, on tickets that neither has learnt from")
    for head in dict.fromkeys(check.head for check in verdict.checks):
        own = [check for check in verdict.checks if check.head == head]
        shown = [check for check in own if slices or check.where is None or check.refusal is not None]
        yield grid([head, "tickets", "in use", "this", "difference", ""], [_row(check) for check in shown])
    yield ""


def _row(check: Check) -> tuple[str, ...]:
    figures = f"{check.champion:.3f}", f"{check.candidate:.3f}", f"{check.low:+.3f} to {check.high:+.3f}"
    what = check.what if check.where is None else check.where
    return what, f"{check.rows:,}", *figures, "" if check.refusal is None else "worse"
