"""Plots that belong to a page: SVG inside it, in colours any eye tells apart, on light, dark and paper alike.

Lines of the frame, letters and marks without a colour of their own take the page's text colour.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from ticket_triage.errors import BadOptionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, PINK, YELLOW, SKY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"
"""Okabe and Ito's palette, which people with any colour vision tell apart; it shows on white and on black."""

PALETTE = (BLUE, ORANGE, GREEN, PINK, YELLOW, SKY)
MARKS = ("o", "s", "^", "D", "v", "P")
TEXT = "#010203"
"""Becomes the page's text colour."""

_FACES = ["DejaVu Sans"]


def new_figure(width: float, height: float, rows: int = 1, columns: int = 1) -> tuple[Figure, Sequence[Axes]]:
    """Return an empty figure of so many inches and its axes, row by row.

    Raises
    ------
    BadOptionError
        When matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure as Drawn
    except ImportError:
        raise BadOptionError("Plots need matplotlib; install it with: pip install 'ticket-triage[report]'.") from None
    figure = Drawn(figsize=(width, height), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for entry in axes:
        _plain(entry)
    return figure, list(axes)


def title(axes: Axes, finding: str) -> None:
    """Say above a plot what it shows."""
    axes.set_title(finding, loc="left", fontsize=11, color=TEXT, fontweight="bold")


def as_svg(figure: Figure) -> str:
    """Return a figure as an SVG element that stands inside a page; the same figure gives the same text."""
    from matplotlib import rc_context

    buffer = io.StringIO()
    with rc_context({"svg.hashsalt": "ticket-triage", "svg.fonttype": "path", "font.family": _FACES}):
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :].replace(TEXT, "currentColor")
    return re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)


def _plain(axes: Axes) -> None:
    axes.set_facecolor("none")
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(TEXT)
    axes.tick_params(colors=TEXT, labelsize=9)
    axes.xaxis.label.set_color(TEXT)
    axes.yaxis.label.set_color(TEXT)
    axes.grid(visible=False)
