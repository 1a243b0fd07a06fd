"""Immutable version folders, checked byte for byte.

``<root>/<name>/<version>/`` holds one artefact: its ``manifest.json`` lists every other file with its SHA-256, and the
version ends in the first twelve digits of the manifest's own hash, so that no byte can change unseen. A version is
written beside its place and appears by one rename; which one is in use, :mod:`ticket_triage.registry.champions` says.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ticket_triage.errors import ArtefactDamagedError, BadOptionError, ForeignFileError, ModelNotFoundError, nearest

MANIFEST = "manifest.json"
_HASH_DIGITS = 12
_VERSION = re.compile(rf"[0-9]{{4,}}-[0-9a-f]{{{_HASH_DIGITS}}}")
_MAX_NAME_CHARS = 100


def publish(root: Path, name: str, write: Callable[[Path], None]) -> Path:
    """Write a new version, check it, and make it appear at once.

    Parameters
    ----------
    root : Path
        The models folder; made when absent.
    name : str
        Letters, digits, ``-``, ``_`` and ``.``, at most 100 of them, not beginning with a dot.
    write : callable
        Fills the folder it is given, manifest included.

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
    ...     publish(Path(root), "demo", write).name
    '0001-72977a5bca3b'
    """
    home = home_of(root, name)
    home.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=home))
    try:
        write(draft)
        return _place(home, draft)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def versions(root: Path, name: str) -> list[str]:
    """Return the names of all versions, oldest first; folders that are named like no version are passed over."""
    home = home_of(root, name)
    return [entry.name for entry in _versions(home)] if home.is_dir() else []


def version_folder(root: Path, name: str, version: str) -> Path:
    """Return the folder of one version, unchecked; its number alone names it too, as ``0002`` or ``2``.

    Raises
    ------
    ModelNotFoundError
        When there is no such version.
    """
    there = versions(root, name)
    if not there:
        raise ModelNotFoundError(not_found(root, name))
    number = int(version) if version.isascii() and version.isdigit() else 0
    found = [entry for entry in there if entry == version or _number(Path(entry)) == number]
    if len(found) != 1:
        raise ModelNotFoundError(f"Model {name!r} has no version {version!r}; {nearest(version, there)}")
    return home_of(root, name) / found[0]


def manifest_of(folder: Path) -> dict[str, Any]:
    """Return what a checked version says of itself.

    Raises
    ------
    ArtefactDamagedError
        When its manifest cannot be read.
    """
    _listed(folder / MANIFEST)
    return dict(json.loads((folder / MANIFEST).read_text(encoding="utf-8")))


def names(root: Path) -> list[str]:
    """Return the names that have a version, in order of the alphabet."""
    there = [entry.name for entry in root.iterdir() if entry.is_dir()] if root.is_dir() else []
    return sorted(name for name in there if not name.startswith(".") and _versions(root / name))


def verify(folder: Path) -> None:
    """Refuse a version of which any byte is missing or changed, or that has a file nobody published.

    Raises
    ------
    ArtefactDamagedError, ForeignFileError
        Naming the file.
    """
    manifest = folder / MANIFEST
    if not folder.name.endswith(_digest(manifest)[:_HASH_DIGITS]):
        raise ArtefactDamagedError(f"{manifest} is not the file that was published; {_REMEDY}")
    listed = _listed(manifest)
    _refuse_foreign(folder, {MANIFEST, *listed})
    for name, expected in listed.items():
        if _digest(folder / name) != expected:
            raise ArtefactDamagedError(f"{folder / name} is not the file that was published; {_REMEDY}")


def _refuse_foreign(folder: Path, known: set[str]) -> None:
    there = (entry.relative_to(folder).as_posix() for entry in folder.rglob("*") if not entry.is_dir())
    foreign = sorted(set(there) - known)
    if foreign:
        raise ForeignFileError(
            f"{folder / foreign[0]} was not published with its version, so the folder is not used; take the file away."
        )


_REMEDY = "restore the folder from a copy or train the model again."


def home_of(root: Path, name: str) -> Path:
    """Return the folder of all that belongs to a name.

    Raises
    ------
    BadOptionError
        When the name cannot be a folder's name.
    """
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


def not_found(root: Path, name: str) -> str:
    """Say what there is instead of a model that is not there."""
    there = names(root)
    if not there:
        return f"There is no model in {root}; train one with 'triage train' or name another folder with --models."
    if name in there:
        return f"No version of model {name!r} is in use; put one into use with 'triage models promote'."
    return f"There is no model {name!r} in {root}; {nearest(name, there)}"
