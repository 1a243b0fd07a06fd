"""Single values as files write them, read without pandas: what every way in shares, HTTP included."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ticket_triage.domain.ticket import CustomValue

_MAX_DIGITS = 15


def plain_text(value: Any) -> str:
    """Return a value of Python's own as the text a file would hold.

    Examples
    --------
    >>> [plain_text(value) for value in (None, True, 3.0, 2.5, ["a", 1], {"b": None}, float("nan"))]
    ['', 'true', '3', '2.5', 'a;1', '{"b": null}', '']
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list | tuple | set | frozenset):
        return ";".join(plain_text(entry).replace(";", ",") for entry in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    if value is None or value != value:
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def encodable(text: str) -> str:
    r"""Put U+FFFD where a text holds half a surrogate pair, which no file can hold.

    Examples
    --------
    >>> encodable("\ud83d!")
    '�!'
    """
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def read_custom(value: Any) -> CustomValue | None:
    """Read a desk's own value alike from a file's text and from JSON: a plain number, yes or no, or text.

    Text with leading zeros, an exponent, or more than 15 digits before the point is a code, not a number.

    Examples
    --------
    >>> [read_custom(value) for value in ("12", 12, "007", "True", " red ", "", 1 / 3)]
    [12.0, 12.0, '007', True, 'red', None, 0.3333333333333333]
    """
    text = plain_text(value).strip()
    if text.casefold() in {"true", "false"}:
        return text.casefold() == "true"
    return float(text) if _plain_number(text) else text or None


def _plain_number(text: str) -> bool:
    whole, _, decimals = text.removeprefix("-").partition(".")
    digits = whole.isascii() and whole.isdigit() and (whole == "0" or not whole.startswith("0"))
    tail = "." not in text or (decimals.isascii() and decimals.isdigit())
    return digits and tail and len(whole) <= _MAX_DIGITS


def split_list(text: str, separator: str = ";") -> tuple[str, ...]:
    """Split a cell into its entries, trimmed, in order, each once.

    Examples
    --------
    >>> split_list("vpn; office;;vpn")
    ('vpn', 'office')
    """
    return tuple(dict.fromkeys(entry.strip() for entry in text.split(separator) if entry.strip()))
