"""Immutable version folders, checked byte for byte, and the pointer that names the one in use.

``<root>/<name>/<version>/`` holds one artefact: its ``manifest.json`` lists every other file with its SHA-256, and the
version ends in the first twelve digits of the manifest's own hash, so that no byte can change unseen. A version is
written beside its place and appears by one rename; ``<root>/<name>/current`` names the version in use and is replaced
the same way.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from ticket_triage.errors import ArtefactDamagedError, BadOptionError, ModelNotFoundError, nearest

MANIFEST = "manifest.json"
_POINTER = "current"
_HASH_DIGITS = 12
_VERSION = re.compile(rf"[0-9]{{4,}}-[0-9a-f]{{{_HASH_DIGITS}}}")
_MAX_NAME_CHARS = 100


def publish(root: Path, name: str, write: Callable[[Path], None], *, use: bool = True) -> Path:
    """Write a new version, check it, and make it appear at once.

    Parameters
    ----------
    root : Path
        The models folder; made when absent.
    name : str
        Letters, digits, ``-``, ``_`` and ``.``, at most 100 of them, not beginning with a dot.
    write : callable
        Fills the folder it is given, manifest included.
    use : bool, default=True
        Whether the new version becomes the one in use.

    Returns
    -------
    Path
        The version's folder. Publishing the same bytes again gives the folder that already holds them.

    Raises
    ------
    BadOptionError
        When the name cannot be a folder's name.

    Examples
    --------
    >>> import tempfile
    >>> def write(folder):
    ...     _ = (folder / "manifest.json").write_text('{"files": {}}')
    >>> with tempfile.TemporaryDirectory() as root:
    ...     version = publish(Path(root), "demo", write)
    ...     version == current_version(Path(root), "demo"), version.name
    (True, '0001-72977a5bca3b')
    """
    home = _home(root, name)
    home.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=home))
    try:
        write(draft)
        version = _place(home, draft)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    if use:
        point(home, version.name)
    return version


def versions(root: Path, name: str) -> list[str]:
    """Return the names of all versions, oldest first; folders that are named like no version are passed over."""
    home = _home(root, name)
    return [entry.name for entry in _versions(home)] if home.is_dir() else []


def current_version(root: Path, name: str) -> Path:
    """Return the checked folder of the version in use.

    Raises
    ------
    ModelNotFoundError
        When there is no such name, or nothing is in use.
    ArtefactDamagedError
        When any byte of the version is not as it was published.
    """
    home = _home(root, name)
    try:
        version = (home / _POINTER).read_text(encoding="utf-8").strip()
    except OSError:
        raise ModelNotFoundError(_not_found(root, name)) from None
    except UnicodeDecodeError:
        raise ArtefactDamagedError(f"{home / _POINTER} is not the file that was published; {_REMEDY}") from None
    folder = home / version
    if version not in versions(root, name):
        raise ModelNotFoundError(f"Model {name!r} uses version {version!r}, which is not in {home}.")
    verify(folder)
    return folder


def verify(folder: Path) -> None:
    """Refuse a version of which any byte is missing or changed.

    Raises
    ------
    ArtefactDamagedError
        Naming the file.
    """
    manifest = folder / MANIFEST
    if not folder.name.endswith(_digest(manifest)[:_HASH_DIGITS]):
        raise ArtefactDamagedError(f"{manifest} is not the file that was published; {_REMEDY}")
    for name, expected in _listed(manifest).items():
        if _digest(folder / name) != expected:
            raise ArtefactDamagedError(f"{folder / name} is not the file that was published; {_REMEDY}")


_REMEDY = "restore the folder from a copy or train the model again."


def point(home: Path, version: str) -> None:
    """Name the version in use, in one step that a reader sees whole or not at all."""
    descriptor, draft = tempfile.mkstemp(prefix=".pointer-", dir=home)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(version + "\n")
        file.flush()
        os.fsync(file.fileno())
    Path(draft).chmod(0o644)
    Path(draft).replace(home / _POINTER)


def _home(root: Path, name: str) -> Path:
    if not name or name.startswith(".") or not all(char.isalnum() or char in "-_." for char in name):
        raise BadOptionError(
            f"{name!r} cannot be a model's name: use letters, digits, '-', '_' and '.', not beginning with a dot."
        )
    if len(name) > _MAX_NAME_CHARS:
        raise BadOptionError(f"A model's name has at most {_MAX_NAME_CHARS} characters; this one has {len(name)}.")
    return root / name


def _versions(home: Path) -> list[Path]:
    """List the version folders by number."""
    there = [entry for entry in home.iterdir() if _VERSION.fullmatch(entry.name) and entry.is_dir()]
    return sorted(there, key=lambda entry: (_number(entry), entry.name))


def _number(version: Path) -> int:
    return int(version.name.partition("-")[0])


def _place(home: Path, draft: Path) -> Path:
    digest = _digest(draft / MANIFEST)[:_HASH_DIGITS]
    there = _versions(home)
    same = next((entry for entry in there if entry.name.endswith(f"-{digest}")), None)
    if same is not None:
        verify(same)
        return same
    number = 1 + max(map(_number, there), default=0)
    target = home / f"{number:04d}-{digest}"
    draft.chmod(0o755)
    draft.rename(target)
    return target


def _listed(manifest: Path) -> dict[str, str]:
    try:
        files = json.loads(manifest.read_text(encoding="utf-8"))["files"]
        return {str(name): str(digest) for name, digest in files.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ArtefactDamagedError(f"{manifest} does not list its files; {_REMEDY}") from None


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ArtefactDamagedError(f"{path} cannot be read ({error.strerror}); {_REMEDY}") from None


def _not_found(root: Path, name: str) -> str:
    names = [entry.name for entry in root.iterdir() if entry.is_dir()] if root.is_dir() else []
    if not names:
        return f"There is no model in {root}; train one with 'triage train' or name another folder with --models."
    return f"There is no model {name!r} in {root}; {nearest(name, names)}"
