"""Receipts read from a file: one, or one a line as ``triage predict --receipts`` writes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from ticket_triage.domain.recorded import Recorded, recorded_of
from ticket_triage.errors import ReceiptError

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_BYTES = 500_000_000


def read_receipts(path: str | Path) -> Iterator[Recorded]:
    """Yield the receipts of a file, in its order.

    Raises
    ------
    ReceiptError
        When the file cannot be read, is too large, or holds what is no receipt.
    """
    text = _text(Path(path))
    whole = _parsed(text)
    if whole is not None:
        yield recorded_of(whole, str(path))
        return
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            place = f"{path}, line {number},"
            content = _parsed(line)
            if content is None:
                raise ReceiptError(f"{place} is no JSON object; write one receipt, or one a line.")
            yield recorded_of(content, place)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise ReceiptError(f"{path} is larger than {_MAX_BYTES:,} bytes; split it by lines.")
        text = path.read_text("utf-8")
    except OSError as error:
        raise ReceiptError(f"{path} cannot be read: {error.strerror}; name a file of receipts.") from error
    except UnicodeDecodeError as error:
        raise ReceiptError(f"{path} is no UTF-8 text (byte {error.start}); take the file as it was written.") from error
    if not text.strip():
        raise ReceiptError(f"{path} is empty; name a file of receipts.")
    return text


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        content = json.loads(text, parse_constant=_refused)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _refused(name: str) -> NoReturn:
    raise ValueError(name)
