"""A report of headings, sentences, tables, lists and plots: Markdown, and one HTML file that loads nothing.

One look for every report: light or dark as the reader's screen is, and black on white on paper.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import TypeAlias

from ticket_triage.reports.text import printable


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings.

    Parameters
    ----------
    headings : sequence of str
    rows : sequence of sequence of str
    """

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture that stands in the page itself.

    Parameters
    ----------
    svg : str
        An SVG element made by this package; it is put into the page as it is.
    says : str
        What it shows, for those who cannot see it; Markdown has this alone.
    """

    svg: str
    says: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list; with ``ticks``, each entry has a box to tick, ticked where ``done`` says so.

    Parameters
    ----------
    entries : sequence of str
    ticks : bool, default=False
    done : frozenset of int
        Places of the ticked entries.
    """

    entries: Sequence[str]
    ticks: bool = False
    done: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Quote:
    """Words to be taken over as they stand, such as a claim or the draft of a message."""

    text: str


Part: TypeAlias = "str | Table | Drawing | Items | Quote"
"""A paragraph, a table, a picture, a list or words to quote."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it.

    Parameters
    ----------
    heading : str
    parts : sequence of str or Table
    """

    heading: str
    parts: Sequence[Part]


def as_markdown(title: str, sections: Sequence[Section]) -> str:
    r"""Return a document as Markdown.

    Examples
    --------
    >>> print(as_markdown("Card", [Section("Data", [Table(["class"], [["a|b"]])])]))
    # Card
    <BLANKLINE>
    ## Data
    <BLANKLINE>
    | class |
    |---|
    | a\|b |
    <BLANKLINE>
    """
    lines = [f"# {_plain(title)}", ""]
    for section in sections:
        lines += [f"## {_plain(section.heading)}", ""]
        for part in section.parts:
            lines += [*_markdown(part), ""]
    return "\n".join(lines)


def as_html(title: str, sections: Sequence[Section]) -> str:
    """Return a document as one HTML page without scripts and without anything from elsewhere."""
    body = "\n".join(
        f"<h2>{_html(section.heading)}</h2>\n" + "\n".join(map(_part, section.parts)) for section in sections
    )
    meta = '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">'
    head = f"<head>\n{meta}\n<title>{_html(title)}</title>\n<style>{_STYLE}</style>\n</head>"
    shown = f"<body>\n<h1>{_html(title)}</h1>\n{body}\n</body>"
    return f'<!doctype html>\n<html lang="en">\n{head}\n{shown}\n</html>\n'


_UNBROKEN = 24
_STYLE = (
    ":root{color-scheme:light dark;--ink:#1a1a1a;--paper:#fff;--line:#ccc;--soft:#f3f4f6}"
    "@media(prefers-color-scheme:dark){:root{--ink:#eee;--paper:#161616;--line:#444;--soft:#242424}}"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:var(--ink);"
    "background:var(--paper)}h1{font-size:1.8rem;line-height:1.2}h2{margin-top:2.5rem;font-size:1.25rem}"
    ".wide{overflow-x:auto}table{border-collapse:collapse;margin:1rem 0;font-variant-numeric:tabular-nums}"
    "th,td{text-align:left;vertical-align:top;padding:.25rem .75rem;border-bottom:1px solid var(--line)}"
    "td.id{white-space:nowrap}"
    "figure{margin:1rem 0}figure svg{max-width:100%;height:auto}ul.ticks{list-style:none;padding-left:.25rem}"
    "blockquote{margin:1rem 0;padding:.75rem 1rem;background:var(--soft);border-left:.3rem solid #0072b2;"
    "white-space:pre-line}"
    "@media print{:root{--ink:#000;--paper:#fff;--line:#999;--soft:#fff}body{font-size:11pt;max-width:none;margin:0}"
    "h2{break-after:avoid}figure,tr,blockquote{break-inside:avoid}.wide{overflow:visible}"
    "table{font-size:9pt}th,td{padding:.15rem .4rem}}"
)


def _markdown(part: Part) -> Iterator[str]:
    if isinstance(part, str):
        yield _plain(part)
    elif isinstance(part, Table):
        yield _row(part.headings)
        yield "|" + "---|" * len(part.headings)
        yield from map(_row, part.rows)
    elif isinstance(part, Drawing):
        yield f"*{_plain(part.says)}*"
    elif isinstance(part, Quote):
        yield from (f"> {_plain(line)}" for line in part.text.splitlines())
    else:
        for place, entry in enumerate(part.entries):
            box = ("[x] " if place in part.done else "[ ] ") if part.ticks else ""
            yield f"- {box}{_plain(entry)}"


def _cell(text: str) -> str:
    """Return a cell; a short value without blanks, such as a ticket's id, is not broken at its hyphens."""
    whole = len(text) <= _UNBROKEN and " " not in text
    return f'<td class="id">{_html(text)}</td>' if whole and "-" in text else f"<td>{_html(text)}</td>"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_plain(cell).replace("|", "\\|") for cell in cells) + " |"


def _plain(text: str) -> str:
    """Return a text as Markdown that shows it as it is, in one line."""
    shown = " ".join(printable(text).split())
    return "".join(f"\\{char}" if char in "\\`*_[]<>" else char for char in shown)


def _part(part: Part) -> str:
    if isinstance(part, str):
        return f"<p>{_html(part)}</p>"
    if isinstance(part, Drawing):
        return f'<figure role="img" aria-label="{_html(part.says)}">{part.svg}</figure>'
    if isinstance(part, Quote):
        lines = "\n".join(_html(line) for line in part.text.splitlines())
        return f"<blockquote>{lines}</blockquote>"
    if isinstance(part, Items):
        return _list(part)
    head = "".join(f"<th>{_html(cell)}</th>" for cell in part.headings)
    rows = "\n".join("<tr>" + "".join(map(_cell, row)) + "</tr>" for row in part.rows)
    return f'<div class="wide"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table></div>'


def _list(part: Items) -> str:
    if not part.ticks:
        return "<ul>\n" + "\n".join(f"<li>{_html(entry)}</li>" for entry in part.entries) + "\n</ul>"
    boxes = [
        f'<li><input type="checkbox"{" checked" if place in part.done else ""}> {_html(entry)}</li>'
        for place, entry in enumerate(part.entries)
    ]
    return '<ul class="ticks">\n' + "\n".join(boxes) + "\n</ul>"


def _html(text: str) -> str:
    return escape(printable(text))
