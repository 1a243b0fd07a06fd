"""Bytes to UTF-8: the encoding is found, said, and never guessed silently.

A byte order mark decides; else UTF-16 shows by its zero bytes; else the text is UTF-8, and what is not is read as
Windows-1252: alone where the rest is plainly UTF-8, or throughout where hardly any of it is.
"""

from __future__ import annotations

import codecs
import re

from ticket_triage.errors import UnreadableFileError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 2**16
_STEP = 2**24
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_STRAY = re.compile("[\udc80-\udcff]+")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\x0b\x0c\x1b")) + b"\x7f"
_MAX_CONTROL_SHARE = 0.02
_WINDOWS = "".join(bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in range(256))
"""Windows-1252, its five unused bytes read as Latin-1."""


def to_utf8(data: bytes, source: str, encoding: str | None = None) -> tuple[bytes, tuple[str, ...]]:
    r"""Return the text as UTF-8 without a byte order mark and without NUL bytes.

    Parameters
    ----------
    data : bytes
    source : str
        How messages call the file.
    encoding : str or None
        The encoding, where a mapping says it; None to find it.

    Returns
    -------
    data : bytes
    notes : tuple of str
        The encoding, and what had to be replaced.

    Raises
    ------
    UnreadableFileError
        The bytes are no text, or not text of the encoding that was named.

    Examples
    --------
    >>> to_utf8("für".encode("utf-16"), "a.csv")
    (b'f\xc3\xbcr', ('encoding utf-16-le',))
    >>> to_utf8(b"caf\xe9", "a.csv")
    (b'caf\xc3\xa9', ('encoding cp1252, because the bytes are not UTF-8',))
    """
    if encoding is not None:
        return _without_nul(_recode(data, encoding, source), [f"encoding {encoding}, as the mapping says"])
    for mark, name in _MARKS:
        if data.startswith(mark):
            body = data[len(mark) :]
            if name == "utf-8":
                data = body
                break
            return _without_nul(_recode(body, name, source), [f"encoding {name}"])
    wide = _wide_encoding(data)
    if wide is not None:
        return _without_nul(_recode(data, wide, source), [f"encoding {wide}, found by its zero bytes"])
    _refuse_binary(data, source)
    if is_utf8(data):
        return _without_nul(data, ["encoding utf-8"])
    return _without_nul(*_repaired(data))


def is_utf8(data: bytes) -> bool:
    r"""Say whether bytes are UTF-8 throughout, in little memory.

    Examples
    --------
    >>> is_utf8("für".encode()), is_utf8(b"\xff")
    (True, False)
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _STEP):
            decoder.decode(data[start : start + _STEP])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _recode(data: bytes, encoding: str, source: str) -> bytes:
    try:
        return data.decode(encoding).encode("utf-8")
    except LookupError:
        raise UnreadableFileError(
            f"[file] encoding {encoding!r} is no known encoding; try utf-8, utf-16 or cp1252."
        ) from None
    except UnicodeError:
        raise UnreadableFileError(
            f"{source} is not text in {encoding}; name its encoding in the mapping, [file] encoding."
        ) from None


def _wide_encoding(data: bytes) -> str | None:
    """Name UTF-16's byte order when every other byte is mostly zero."""
    sample = data[:_SAMPLE]
    half = len(sample) // 2
    if half < 8:
        return None
    even, odd = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    if odd > 0.4 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.1 else None


def _refuse_binary(data: bytes, source: str) -> None:
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls > max(8, _MAX_CONTROL_SHARE * len(sample)):
        raise UnreadableFileError(
            f"{source} holds binary data, not text; export the tickets as CSV, JSON Lines, Parquet or Excel."
        )


def _repaired(data: bytes) -> tuple[bytes, list[str]]:
    """Read as Windows-1252 what is not UTF-8: the stray bytes alone, or everything when hardly any of it is UTF-8."""
    text = data.decode("utf-8", errors="surrogateescape")
    strays = len(_STRAY.findall(text))
    if strays > len(_MULTIBYTE.findall(data)):
        return _windows(data).encode(), ["encoding cp1252, because the bytes are not UTF-8"]
    lines = sum(1 for line in text.split("\n") if _STRAY.search(line))
    repaired = _STRAY.sub(lambda found: _windows(found.group().encode("utf-8", "surrogateescape")), text)
    note = f"encoding utf-8, but {strays} places on {lines} lines are not UTF-8 and were read as cp1252"
    return repaired.encode(), [note]


def _windows(data: bytes) -> str:
    return codecs.charmap_decode(data, "strict", _WINDOWS)[0]


def _without_nul(data: bytes, notes: list[str]) -> tuple[bytes, tuple[str, ...]]:
    count = data.count(b"\x00")
    if not count:
        return data, tuple(notes)
    return data.replace(b"\x00", b""), (*notes, f"{count} NUL bytes left out")
