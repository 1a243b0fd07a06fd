"""A short document of headings, sentences and tables, as Markdown and as one HTML file that loads nothing."""

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


Part: TypeAlias = "str | Table"
"""A paragraph or a table."""


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
    head = f'<head>\n<meta charset="utf-8">\n<title>{_html(title)}</title>\n<style>{_STYLE}</style>\n</head>'
    shown = f"<body>\n<h1>{_html(title)}</h1>\n{body}\n</body>"
    return f'<!doctype html>\n<html lang="en">\n{head}\n{shown}\n</html>\n'


_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;"
    "background:#fff}table{border-collapse:collapse;margin:1rem 0;font-variant-numeric:tabular-nums}"
    "th,td{text-align:left;padding:.25rem .75rem;border-bottom:1px solid #ccc}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}}"
)


def _markdown(part: Part) -> Iterator[str]:
    if isinstance(part, str):
        yield _plain(part)
        return
    yield _row(part.headings)
    yield "|" + "---|" * len(part.headings)
    yield from map(_row, part.rows)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_plain(cell).replace("|", "\\|") for cell in cells) + " |"


def _plain(text: str) -> str:
    """Return a text as Markdown that shows it as it is, in one line."""
    shown = " ".join(printable(text).split())
    return "".join(f"\\{char}" if char in "\\`*_[]<>" else char for char in shown)


def _part(part: Part) -> str:
    if isinstance(part, str):
        return f"<p>{_html(part)}</p>"
    head = "".join(f"<th>{_html(cell)}</th>" for cell in part.headings)
    rows = "\n".join("<tr>" + "".join(f"<td>{_html(cell)}</td>" for cell in row) + "</tr>" for row in part.rows)
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"


def _html(text: str) -> str:
    return escape(printable(text))
