"""Texts of helpdesks without their markup, so that a model reads what people wrote; in one pass, however it is bent."""

from __future__ import annotations

import html
import re
from typing import Any

_TAG = re.compile(r"(/?)([A-Za-z][A-Za-z0-9]{0,20})|!")
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "blockquote"})
_HIDDEN = frozenset({"style", "script", "head"})
_MAX_DEPTH = 50


def without_markup(value: str | dict[str, Any]) -> str:
    r"""Return the text of HTML, or of Atlassian's document format; other text is left as it is.

    Examples
    --------
    >>> without_markup("<div>No mail&nbsp;since <b>9</b>.<br>Please help</div>")
    'No mail since 9.\nPlease help'
    >>> without_markup("2 < 3, and a tag is no <thing> here")
    '2 < 3, and a tag is no <thing> here'
    >>> without_markup({"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Hi"}]}]})
    'Hi'
    """
    if isinstance(value, dict):
        return "\n".join(_document_lines(value, 0)).strip()
    if "</" not in value and "<br" not in value.casefold():
        return value
    lines = (" ".join(line.split()) for line in html.unescape("".join(_pieces(value))).splitlines())
    return "\n".join(line for line in lines if line)


def _pieces(value: str) -> list[str]:
    """Return the text between tags, a line break for those that make one; what is no tag stays."""
    first, *rest = value.split("<")
    found, hidden = [first], ""
    for piece in rest:
        inside, closed, text = piece.partition(">")
        tag = _TAG.match(inside) if closed else None
        if tag is None:
            found.append("" if hidden else f"<{piece}")
            continue
        ends, name = bool(tag[1]), (tag[2] or "").lower()
        if name in _HIDDEN and name == (hidden or name):
            hidden = "" if ends else name
        found += [] if hidden else ["\n" if name in _BREAKS else "", text]
    return found


def _document_lines(node: dict[str, Any], depth: int) -> list[str]:
    """Return a line for each paragraph of a document; what lies too deep is left out."""
    children = node.get("content")
    if not isinstance(children, list) or depth > _MAX_DEPTH:
        return []
    said = [child["text"] for child in children if isinstance(child, dict) and isinstance(child.get("text"), str)]
    deeper = [line for child in children if isinstance(child, dict) for line in _document_lines(child, depth + 1)]
    return [*(["".join(said)] if said else []), *deeper]
