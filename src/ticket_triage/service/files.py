"""Files that appear whole or not at all, and paths that are tried before the work they are for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ticket_triage.errors import BadOptionError


def check_target(path: Path, *sources: object) -> None:
    """Refuse a file to write that could not be written, or that would replace what is read, before any work is done.

    Parameters
    ----------
    path : Path
    *sources : object
        What the same command reads; what is no path is passed over.

    Raises
    ------
    BadOptionError

    Examples
    --------
    >>> check_target(Path("there-is-no-such-folder/answers.csv"))
    Traceback (most recent call last):
    ticket_triage.errors.BadOptionError: there-is-no-such-folder/answers.csv cannot be written: there is no folder \
there-is-no-such-folder; make it first, or name another file.
    """
    if path.is_dir():
        raise BadOptionError(f"{path} cannot be written: it is a folder; name a file.")
    if not path.parent.is_dir():
        raise BadOptionError(
            f"{path} cannot be written: there is no folder {path.parent}; make it first, or name another file."
        )
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise BadOptionError(f"{path} cannot be written: you may not write into {path.parent}; name another file.")
    if any(_same(path, source) for source in sources):
        raise BadOptionError(f"{path} is read by this very command and would be lost; name another file to write.")


def check_folder(path: Path) -> None:
    """Refuse a folder to write into that neither is one nor could be made, before any work is done.

    Raises
    ------
    BadOptionError

    Examples
    --------
    >>> check_folder(Path("models"))
    """
    nearest = next(place for place in (path, *path.absolute().parents) if place.exists())
    if not nearest.is_dir():
        raise BadOptionError(f"{nearest} is a file, so nothing can be kept in {path}; name a folder.")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise BadOptionError(f"{path} cannot be written into: you may not write into {nearest}; name another folder.")


@contextmanager
def drafted(path: Path) -> Iterator[Path]:
    """Give a file beside ``path`` that takes its place when all went well, and leaves nothing behind otherwise.

    Raises
    ------
    BadOptionError
        When it cannot take its place.
    """
    draft = path.with_name(f".draft-{os.getpid()}-{path.name}")
    try:
        yield draft
        with told_of(path):
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def told_of(path: Path) -> Iterator[None]:
    """Say in one sentence that a file cannot be written, when that is what goes wrong inside.

    Raises
    ------
    BadOptionError
    """
    try:
        yield
    except OSError as error:
        raise BadOptionError(f"{path} cannot be written: {error.strerror or error}; name another file.") from None


@contextmanager
def lines_to(path: Path) -> Iterator[Callable[[str], None]]:
    """Give a function that keeps lines; they appear in the file when all went well, and not at all otherwise.

    Raises
    ------
    BadOptionError
        When the file cannot be written.
    """
    with drafted(path) as draft:
        with told_of(path):
            file = draft.open("w", encoding="utf-8", newline="\n")
        with file:
            yield lambda line: print(line, file=file)


def write_text(path: Path, text: str) -> None:
    """Write a text, whole or not at all.

    Raises
    ------
    BadOptionError
        When the file cannot be written.
    """
    with drafted(path) as draft, told_of(path):
        draft.write_text(text, encoding="utf-8", newline="\n")


def _same(path: Path, source: object) -> bool:
    if not isinstance(source, str | Path) or not path.exists():
        return False
    read = Path(source)
    return read.exists() and path.samefile(read)
