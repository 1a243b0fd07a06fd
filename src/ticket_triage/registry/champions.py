"""Which version of a name is in use, and how it came to be: a log that is only ever added to.

``<root>/<name>/champions/`` holds one small file for each change, numbered from 0001. The newest one *is* the pointer,
so that the version in use and the record of it can never disagree. An entry appears whole by one hard link, which
fails where its number is taken: of two people who change the champion at once, the second is told.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from ticket_triage.domain.shown import Cells, Shown
from ticket_triage.errors import (
    ArtefactDamagedError,
    ChampionMovedError,
    ModelNotFoundError,
    NoEarlierChampionError,
)
from ticket_triage.registry.versions import home_of, not_found, verify, version_folder

_LOG = "champions"
_ENTRY = re.compile(r"[0-9]{4,}\.json")

FIRST, PROMOTED, FORCED, ROLLED_BACK = "first", "promoted", "forced", "rolled back"
"""How a version can come to be in use."""


@dataclass(frozen=True, slots=True, repr=False)
class Change(Shown):
    """One change of the version in use.

    Parameters
    ----------
    number : int
        From 1, without gaps.
    version : str
        In use from then on.
    previous : str or None
        In use until then.
    action : str
        ``"first"``, ``"promoted"``, ``"forced"`` or ``"rolled back"``.
    reason : str or None
        What was given as the reason.
    at : str
        When, ISO 8601 in UTC.
    """

    number: int
    version: str
    previous: str | None
    action: str
    reason: str | None
    at: str

    def told(self) -> list[str]:
        """Return what came into use, how, when and why."""
        before = "" if self.previous is None else f", in the place of {self.previous}"
        why = "" if self.reason is None else f": {self.reason}"
        return [f"{self.number}. {self.version} is in use since {self.at} ({self.action}{before}){why}"]

    def cells(self) -> Cells:
        """Return no table: one sentence says it."""
        return (), ()


def changes(root: Path, name: str) -> list[Change]:
    """Return every change of the version in use, oldest first.

    Raises
    ------
    ArtefactDamagedError
        When an entry is no longer what was written, or one is missing.
    """
    log = home_of(root, name) / _LOG
    entries = [entry for entry in log.iterdir() if _ENTRY.fullmatch(entry.name)] if log.is_dir() else []
    read = [_read(entry) for entry in sorted(entries, key=lambda entry: int(entry.stem))]
    if [change.number for change in read] != list(range(1, len(read) + 1)):
        raise ArtefactDamagedError(f"{log} lacks an entry; restore the folder from a copy.")
    return read


def champion(root: Path, name: str) -> str | None:
    """Return the name of the version in use, unchecked; None when there is none."""
    log = changes(root, name)
    return log[-1].version if log else None


def current_version(root: Path, name: str) -> Path:
    """Return the checked folder of the version in use.

    Raises
    ------
    ModelNotFoundError
        When there is no such name, or nothing is in use.
    ArtefactDamagedError, ForeignFileError
        When any byte of the version is not as it was published.
    """
    version = champion(root, name)
    if version is None:
        raise ModelNotFoundError(not_found(root, name))
    folder = version_folder(root, name, version)
    verify(folder)
    return folder


def appoint(
    root: Path,
    name: str,
    version: str,
    *,
    action: str,
    at: datetime,
    expected: str | None,
    reason: str | None = None,
) -> Change:
    """Put a version into use, in one step that a reader sees whole or not at all.

    Parameters
    ----------
    root : Path
    name : str
    version : str
        Checked byte for byte first.
    action : str
        ``"first"``, ``"promoted"``, ``"forced"`` or ``"rolled back"``.
    at : datetime
        The present moment, UTC-aware.
    expected : str or None
        The version that was in use when this was decided.
    reason : str or None

    Returns
    -------
    Change

    Raises
    ------
    ModelNotFoundError, ArtefactDamagedError, ForeignFileError
        When the version is absent or not as it was published; the version in use stays.
    ChampionMovedError
        When another version is in use than was expected.
    """
    verify(version_folder(root, name, version))
    log = changes(root, name)
    before = log[-1].version if log else None
    if before != expected:
        raise ChampionMovedError(_moved(name, before))
    change = Change(len(log) + 1, version, before, action, reason, at.isoformat())
    if not _add(home_of(root, name) / _LOG, change):
        raise ChampionMovedError(_moved(name, champion(root, name)))
    return change


def earlier_champion(root: Path, name: str) -> str:
    """Return the version that a rollback brings back: repeated rollbacks go further back, never forth.

    Raises
    ------
    NoEarlierChampionError
        When nothing was in use before.
    """
    stack: list[str] = []
    for change in changes(root, name):
        if change.action == ROLLED_BACK:
            stack.pop()
        else:
            stack.append(change.version)
    if len(stack) < 2:
        raise NoEarlierChampionError(
            f"Model {name!r} has no earlier version that was in use; 'triage models list' shows what there is."
        )
    return stack[-2]


def roll_back(root: Path, name: str, *, at: datetime, reason: str | None = None) -> Change:
    """Put the version into use that was before this one.

    Raises
    ------
    NoEarlierChampionError
        When nothing was in use before.
    ArtefactDamagedError, ForeignFileError
        When that version is not as it was published; the version in use stays.
    """
    now_used = champion(root, name)
    target = earlier_champion(root, name)
    return appoint(root, name, target, action=ROLLED_BACK, at=at, expected=now_used, reason=reason)


def _add(log: Path, change: Change) -> bool:
    """Write an entry beside its place and link it there; say whether its number was free."""
    log.mkdir(exist_ok=True)
    entry = {key: value for key, value in asdict(change).items() if key != "number"}
    descriptor, draft = tempfile.mkstemp(prefix=".draft-", dir=log)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(draft).chmod(0o644)
        os.link(draft, log / f"{change.number:04d}.json")
    except FileExistsError:
        return False
    finally:
        Path(draft).unlink()
    return True


def _read(path: Path) -> Change:
    try:
        return Change(number=int(path.stem), **json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError):
        raise ArtefactDamagedError(
            f"{path} is not the entry that was written; restore the folder from a copy."
        ) from None


def _moved(name: str, now_used: str | None) -> str:
    return (
        f"Meanwhile somebody put version {now_used} of model {name!r} into use; "
        "look with 'triage models list' and decide again."
    )
