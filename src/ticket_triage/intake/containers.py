"""Files to bytes: opened, unpacked and measured, whatever they are wrapped in.

The first bytes say how a file is wrapped, not its name: gzip and zip are unpacked up to a limit, so that a small
file cannot fill the memory.
"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from ticket_triage.errors import UnreadableFileError

MAX_BYTES = 2**30
"""Most bytes a compressed file may unpack to; reading holds them in memory two or three times."""

_CHUNK = 2**20
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_WORKBOOK_PART = "xl/workbook.xml"


@dataclass(frozen=True, slots=True)
class Content:
    """A file's bytes once unpacked.

    Parameters
    ----------
    data : bytes
    suffix : str
        The lower-case ending that names the kind, such as ``".csv"``; ``.gz`` and ``.zip`` are taken off.
    source : str
        How messages call the file.
    notes : tuple of str
    """

    data: bytes
    suffix: str
    source: str
    notes: tuple[str, ...] = ()


def load(path: Path, max_bytes: int = MAX_BYTES) -> Content:
    """Read a file whole and unpack it.

    Parameters
    ----------
    path : Path
    max_bytes : int
        Most bytes a compressed file may unpack to.

    Raises
    ------
    UnreadableFileError
        The file is missing, a folder, empty, cut off, damaged, too large once unpacked, or a zip that holds anything
        but one file.
    """
    data = _bytes_of(path)
    name, source, notes = path.name, str(path), []
    if data[:2] == _GZIP:
        data, name = _gunzip(data, source, max_bytes), _without(name, ".gz")
        notes.append("gzip")
    if data[:4] in (_ZIP, _EMPTY_ZIP):
        data, member = _unzip(data, source, max_bytes)
        if member is not None:
            name = member
            notes.append(f"zip, member {member!r}")
    if not data.strip(b" \t\r\n\x00"):
        raise UnreadableFileError(f"{source} is empty; export the tickets again, with a header and one line for each.")
    return Content(data, PurePosixPath(name.lower()).suffix, source, tuple(notes))


def _bytes_of(path: Path) -> bytes:
    if path.is_dir():
        raise UnreadableFileError(f"{path} is a folder; name one file of tickets in it.")
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UnreadableFileError(f"There is no file {path}; check its path and name.") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UnreadableFileError(f"{path} cannot be opened: {reason}.") from None


def _without(name: str, ending: str) -> str:
    return name[: -len(ending)] if name.lower().endswith(ending) else name


def _gunzip(data: bytes, source: str, max_bytes: int) -> bytes:
    try:
        with gzip.open(io.BytesIO(data)) as stream:
            return _read(stream, source, max_bytes)
    except EOFError:
        raise UnreadableFileError(f"{source} is cut off: its gzip data ends too early. Copy the file again.") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise UnreadableFileError(f"{source} is damaged: {error}. Copy the file again.") from None


def _unzip(data: bytes, source: str, max_bytes: int) -> tuple[bytes, str | None]:
    """Return the only member and its name; a workbook, itself a zip, comes back whole, measured, without a name."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [entry for entry in archive.infolist() if _counts(entry)]
            if any(entry.filename == _WORKBOOK_PART for entry in members):
                _measure(sum(entry.file_size for entry in members), source, max_bytes)
                return data, None
            member = _only(members, source)
            _measure(member.file_size, source, max_bytes)
            with archive.open(member) as stream:
                return _read(stream, source, max_bytes), PurePosixPath(member.filename).name
    except UnreadableFileError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableFileError(f"{source} is damaged or cut off: {error}. Copy the file again.") from None


def _counts(entry: zipfile.ZipInfo) -> bool:
    return not entry.is_dir() and not entry.filename.startswith("__MACOSX/")


def _only(members: list[zipfile.ZipInfo], source: str) -> zipfile.ZipInfo:
    if len(members) != 1:
        names = ", ".join(sorted(entry.filename for entry in members)[:10]) or "nothing"
        raise UnreadableFileError(f"{source} must hold exactly one file of tickets but holds {names}; unpack it first.")
    if members[0].flag_bits & 1:
        raise UnreadableFileError(f"{source} is protected by a password; unpack it first.")
    return members[0]


def _read(stream: IO[bytes] | gzip.GzipFile, source: str, max_bytes: int) -> bytes:
    parts, size = [], 0
    while part := stream.read(_CHUNK):
        size += len(part)
        _measure(size, source, max_bytes)
        parts.append(part)
    return b"".join(parts)


def _measure(size: int, source: str, max_bytes: int) -> None:
    if size > max_bytes:
        raise UnreadableFileError(
            f"{source} unpacks to more than {max_bytes:,} bytes; split it, or unpack an archive first."
        )
