"""The one normalisation of text that models and rules share.

What looks the same to a reader becomes the same string: case, full-width and styled letters, accents, stacked marks,
zero-width and control characters, typographic quotes, HTML entities, English contractions, and look-alike letters
smuggled into a Latin word. Letters of every script stay; a symbol or an ideograph becomes a word of its own.
"""

from __future__ import annotations

import html
import re
import unicodedata

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_CONTRACTION = re.compile(r"(?<=[a-z])'(?=(?:t|s|m|re|ve|ll|d)\b)")
_GENERIC_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]")
_LOOKALIKE_SCRIPTS = re.compile("[\u0131\u0251\u0261\u0370-\u058f]")
_LETTERS = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[a-z]")
_LATIN_EXCESS = 3
"""How many times more Latin letters than others make a text a Latin one."""
_WORD = re.compile("[a-z0-9_\u0080-\U0010ffff]+")

# Unicode Technical Standard 39 lists confusables; these are its single-letter pairs onto a-z in the scripts most used.
_LOOKALIKES = str.maketrans(
    "авсԁеһніїјкмоԛрѕтԝхуαβεηικνορτυχγωօսհոցıɑɡ",
    "abcdehhiijkmoqpstwxyabenikvoptuxywouhngiag",
)

_QUOTES = {"\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u2032": "'", "\u02bc": "'", "\uff07": "'"}
_SPACED_RANGES = (
    (0x3040, 0x30FF),  # kana
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),  # ideographs
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)


class _CodePoints(dict[int, str]):
    """What each code point becomes; filled as code points are met, so bounded by Unicode's size."""

    def __missing__(self, code_point: int) -> str:
        self[code_point] = replacement = _replacement(chr(code_point))
        return replacement


def _replacement(char: str) -> str:
    if char.isascii():
        return char
    if char.isspace():
        return " "
    category = unicodedata.category(char)
    if char in _QUOTES:
        return _QUOTES[char]
    if category[0] in "LN":
        spaced = any(first <= ord(char) <= last for first, last in _SPACED_RANGES)
        return f" {char} " if spaced else char
    if category[0] == "M":
        return char
    if category[0] == "C" or char == "\ufffd":
        return ""
    if category[0] == "S":
        return f" {char} "
    return "-" if category == "Pd" else " "


_CODE_POINTS = _CodePoints()


def normalise(text: str) -> str:
    """Return the text in lower case with everything a reader would not notice evened out.

    Parameters
    ----------
    text : str
        Any text at all, lone surrogates included.

    Returns
    -------
    str
        Encodable as UTF-8, its pieces one blank apart. Words are runs of ASCII letters, digits, underscores and
        non-ASCII characters.

    Examples
    --------
    >>> normalise("Ｃｈｅｃｋｏｕｔ IS d\u200bown, don\u2019t wait")
    'checkout is down, dont wait'
    >>> normalise("r\u0435fund f\u00fcr Stra\u00dfe")
    'refund fur strasse'
    >>> words(normalise("\u8fd4\u91d1 \U0001f621 \u0939\u093f\u0928\u094d\u0926\u0940"))
    ['返', '金', '😡', 'हिन्दी']
    """
    if "&" in text:
        text = html.unescape(text)
    text = text.lower() if text.isascii() else _fold(text)
    if "'" in text:
        text = _CONTRACTION.sub("", text)
    return " ".join(_CONTROL.sub("", text).split())


def _fold(text: str) -> str:
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    text = unicodedata.normalize("NFC", _GENERIC_MARKS.sub("", text)).translate(_CODE_POINTS)
    if _LOOKALIKE_SCRIPTS.search(text):
        text = _LETTERS.sub(_without_lookalikes, text)
        if _LATIN_EXCESS * len(_LOOKALIKE_SCRIPTS.findall(text)) < len(_LATIN.findall(text)):
            text = _LETTERS.sub(_all_lookalikes, text)
    return text


def _without_lookalikes(match: re.Match[str]) -> str:
    word = match.group()
    latin = any("a" <= char <= "z" for char in word)
    return word.translate(_LOOKALIKES) if latin and not word.isascii() else word


def _all_lookalikes(match: re.Match[str]) -> str:
    """Return a word that is made of look-alikes alone as Latin; only in a text that is Latin for the most part."""
    word = match.group()
    return word.translate(_LOOKALIKES) if all(ord(char) in _LOOKALIKES for char in word) else word


def words(normalised: str) -> list[str]:
    """Split a normalised text into its words, in order.

    Examples
    --------
    >>> words("payment_page is down (error 502)!")
    ['payment_page', 'is', 'down', 'error', '502']
    """
    return _WORD.findall(normalised)


def ticket_text(subject: str, body: str) -> str:
    r"""Join subject and body to the one text that models and rules read.

    Examples
    --------
    >>> ticket_text("Help", "It is down")
    'Help\nIt is down'
    """
    return f"{subject}\n{body}" if subject else body
