"""Small HTML for a notebook's cell: every value escaped, nothing loaded."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def paragraphs(sentences: Iterable[str]) -> str:
    """Return each sentence as a paragraph that is text alone.

    Examples
    --------
    >>> paragraphs(["a < b"])
    '<p>a &lt; b</p>'
    """
    return "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)


def table(caption: str, rows: Iterable[Sequence[object]], headings: Sequence[str] = ()) -> str:
    """Return rows as an HTML table whose caption and cells are text alone.

    Examples
    --------
    >>> table("One & all", [("<b>", 1)])
    '<table><caption>One &amp; all</caption><tbody><tr><td>&lt;b&gt;</td><td>1</td></tr></tbody></table>'
    """
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    head = f"<thead>{_row(headings, 'th')}</thead>" if headings else ""
    body = "".join(_row(row, "td") for row in rows)
    return f"<table>{title}{head}<tbody>{body}</tbody></table>"


def _row(cells: Sequence[object], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(str(cell))}</{tag}>" for cell in cells) + "</tr>"
