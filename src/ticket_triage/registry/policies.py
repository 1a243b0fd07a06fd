"""Policies by the hash of their content, kept so that what they decided can be decided again.

``<root>/.policies/<sha256>.json`` holds the canonical content that the hash is of; a file never changes.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from ticket_triage.errors import ArtefactDamagedError

_FOLDER = ".policies"
_HASH_CHARS = frozenset("0123456789abcdef")


def keep_policy(root: Path, content: str) -> bool:
    """Keep a policy's content beside the models, unless it is there; False where there is no folder to write to.

    A service that may only read its models decides all the same, so that is no error.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as root:
    ...     keep_policy(Path(root), "{}"), kept_policy(Path(root), hashlib.sha256(b"{}").hexdigest())
    (True, '{}')
    """
    place = root / _FOLDER / f"{_sha256(content)}.json"
    if place.exists():
        return True
    if not root.is_dir():
        return False
    draft = place.with_suffix(".draft")
    try:
        place.parent.mkdir(exist_ok=True)
        draft.write_text(content, encoding="utf-8")
        draft.replace(place)
    except OSError:
        return False
    return True


def kept_policy(root: Path, sha256: str) -> str | None:
    """Return the content of the policy with this hash, None when nobody kept it.

    Raises
    ------
    ArtefactDamagedError
        When the file is not the one that was kept.
    """
    if len(sha256) != 64 or not _HASH_CHARS.issuperset(sha256):
        return None
    place = root / _FOLDER / f"{sha256}.json"
    if not place.is_file():
        return None
    content = place.read_bytes().decode("utf-8", errors="replace")
    if _sha256(content) != sha256:
        raise ArtefactDamagedError(f"{place} is not the policy that was kept; restore it from a copy.")
    return content


def _sha256(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()
