"""A mind map in three forms: an SVG picture, Mermaid, and OPML, which mind-map tools take in."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from html import escape
from typing import NamedTuple, Protocol
from xml.sax.saxutils import quoteattr

from ticket_triage.reports.drawing import PALETTE
from ticket_triage.reports.text import printable


class Branch(Protocol):
    """What is drawn: what it says, and what hangs on it."""

    @property
    def title(self) -> str:
        """What it says."""

    @property
    def parts(self) -> tuple[Branch, ...]:
        """What hangs on it."""


_WIDTH, _GAP, _LINE, _LETTERS, _BOLD_LETTERS = 250, 50, 17, 34, 28
_MARGIN = 12
_LETTER_WIDTH = 8.4


class _Placed(NamedTuple):
    x: float
    y: float
    lines: list[str]
    colour: str | None
    parts: list[_Placed]

    def walk(self) -> Iterator[_Placed]:
        yield self
        for part in self.parts:
            yield from part.walk()


def mindmap_svg(root: Branch, *, alone: bool = False) -> str:
    """Return a map as an SVG element; ``alone`` makes it a file of its own, black on white.

    Branches are drawn from left to right, each main one in a colour any eye tells apart.
    """
    placed, height = _place(root, 0, float(_MARGIN), None)
    depth = max(node.x for node in placed.walk())
    width = depth + _WIDTH + 2 * _MARGIN
    body = "".join(_links(placed)) + "".join(_texts(placed))
    size = f'viewBox="0 0 {width:.0f} {height + _MARGIN:.0f}" width="{width:.0f}" height="{height + _MARGIN:.0f}"'
    font = 'font-family="system-ui,sans-serif" font-size="13"'
    if not alone:
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {font} fill="currentColor">{body}</svg>'
    ground = '<rect width="100%" height="100%" fill="#fff"/>'
    body = body.replace("currentColor", "#1a1a1a")
    title = f"<title>{escape(printable(root.title))}</title>"
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {font} fill="#1a1a1a">{title}{ground}{body}</svg>\n'


def _place(branch: Branch, depth: int, top: float, colour: str | None) -> tuple[_Placed, float]:
    """Return a branch placed below ``top``, and where it ends."""
    lines = textwrap.wrap(printable(branch.title), _BOLD_LETTERS if branch.parts else _LETTERS) or [""]
    below, parts = top, []
    for number, part in enumerate(branch.parts):
        placed, below = _place(part, depth + 1, below, colour or PALETTE[number % len(PALETTE)])
        parts.append(placed)
    bottom = max(below, top + len(lines) * _LINE + 8)
    middle = (parts[0].y + parts[-1].y) / 2 if parts else (top + bottom) / 2
    return _Placed(_MARGIN + depth * (_WIDTH + _GAP), middle, lines, colour, parts), bottom


def _links(node: _Placed) -> Iterator[str]:
    for part in node.parts:
        begins, ends = node.x + _WIDTH, part.x - 6
        bend = (begins + ends) / 2
        yield (
            f'<path d="M{begins:.0f},{node.y:.1f} C{bend:.0f},{node.y:.1f} {bend:.0f},{part.y:.1f} '
            f'{ends:.0f},{part.y:.1f}" fill="none" stroke="{part.colour}" stroke-width="2"/>'
        )
        yield from _links(part)


def _texts(root: _Placed) -> Iterator[str]:
    for node in root.walk():
        first = node.y - (len(node.lines) - 1) * _LINE / 2 + 4.5
        weight = ' font-weight="bold"' if node is root or node.parts else ""
        spans = "".join(
            f'<tspan x="{node.x:.0f}" y="{first + place * _LINE:.1f}">{escape(line)}</tspan>'
            for place, line in enumerate(node.lines)
        )
        yield f"<text{weight}>{spans}</text>"
        if node.parts:
            begins = min(node.x + max(map(len, node.lines)) * _LETTER_WIDTH + 6, node.x + _WIDTH)
            stroke = node.colour or "currentColor"
            yield (
                f'<line x1="{begins:.0f}" y1="{node.y:.1f}" x2="{node.x + _WIDTH:.0f}" y2="{node.y:.1f}" '
                f'stroke="{stroke}" stroke-width="2"/>'
            )


def mindmap_mermaid(root: Branch) -> str:
    r"""Return a map as Mermaid text.

    Examples
    --------
    >>> from ticket_triage.planning.roles import Branch as Part
    >>> print(mindmap_mermaid(Part("Desk", (Part('the "first" line'),))))
    mindmap
      n0["Desk"]
        n1["the #quot;first#quot; line"]
    <BLANKLINE>
    """
    lines = ["mindmap"]
    for number, (depth, branch) in enumerate(_walk(root, 1)):
        text = printable(branch.title).replace("#", "#35;").replace('"', "#quot;")
        lines.append(f'{"  " * depth}n{number}["{text}"]')
    return "\n".join(lines) + "\n"


def mindmap_opml(root: Branch) -> str:
    """Return a map as OPML 2.0."""
    head = f"<head><title>{escape(printable(root.title))}</title></head>"
    body = "\n".join(_outline(root, 1))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n{head}\n<body>\n{body}\n</body>\n</opml>\n'


def _outline(branch: Branch, depth: int) -> Iterator[str]:
    begin = f"{'  ' * depth}<outline text={quoteattr(printable(branch.title))}"
    if not branch.parts:
        yield f"{begin}/>"
        return
    yield f"{begin}>"
    for part in branch.parts:
        yield from _outline(part, depth + 1)
    yield f"{'  ' * depth}</outline>"


def _walk(branch: Branch, depth: int) -> Iterator[tuple[int, Branch]]:
    yield depth, branch
    for part in branch.parts:
        yield from _walk(part, depth + 1)
