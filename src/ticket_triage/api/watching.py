"""Notice what is changed from outside, the model in use, the policy's file or the keys, and go by it from then on.

A request is answered by one assessor from its beginning to its end, so no answer mixes two versions.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from ticket_triage.errors import DeskError, ModelError, PolicyError, StoreError
from ticket_triage.service.reload import reloaded, reread, version_in_use

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine
    from pathlib import Path
    from typing import Any

    from ticket_triage.api.doors import Doors
    from ticket_triage.api.together import Together
    from ticket_triage.service.keys import Store

LOOK_EVERY_S = 0.25
"""Seconds between two looks: a promotion or a rollback reaches every process in this time and that of loading."""

KEYS_EVERY_S = 1.0

_log = logging.getLogger("ticket_triage.models")


@asynccontextmanager
async def watching(together: Together, models: Path, name: str, policy: Path | None) -> AsyncIterator[None]:
    """Keep the assessor at the version in use and at the policy's file, for as long as the application runs.

    What cannot be used is told once in the log, and what was there before decides on.

    Parameters
    ----------
    together : Together
    models : Path
    name : str
    policy : Path or None
        None watches no policy: the shipped one does not change.
    """
    async with _meanwhile(_watch(together, models, name, policy)):
        yield


@asynccontextmanager
async def watching_keys(doors: Doors, store: Store) -> AsyncIterator[None]:
    """Keep the doors at the keys that the store holds, for as long as the application runs.

    While they cannot be read, those read last hold on.

    Parameters
    ----------
    doors : Doors
    store : Store

    Raises
    ------
    StoreError
        When the keys cannot be read at the start.
    """
    from ticket_triage.service.keys import read_ring  # loads SQLAlchemy

    doors.ring = await run_in_threadpool(read_ring, store)

    async def look() -> None:
        while True:
            await asyncio.sleep(KEYS_EVERY_S)
            try:
                doors.ring = await run_in_threadpool(read_ring, store)
            except StoreError as error:
                _log.warning("The keys stay as they are: %s", error)

    async with _meanwhile(look()):
        yield


@asynccontextmanager
async def _meanwhile(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Have work done in the background until the context ends."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _watch(together: Together, models: Path, name: str, policy: Path | None) -> None:
    has = together.assessor.model_reference
    tried, written = None if has is None else has.version, _written(policy)
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        tried = await _look_at_model(together, models, name, tried)
        if policy is not None and (now_written := _written(policy)) != written:
            written = now_written
            await _look_at_policy(together, policy)


async def _look_at_model(together: Together, models: Path, name: str, tried: str | None) -> str | None:
    """Take up the version in use unless it was tried before; return the version tried last."""
    try:
        now_used = await run_in_threadpool(version_in_use, models, name)
        if now_used in (tried, None):
            return tried
        tried = now_used
        loaded = await run_in_threadpool(reloaded, together.assessor, models, name)
    except (ModelError, OSError) as error:
        _log.warning("The model stays as it is: %s", error)
    else:
        together.assessor = replace(together.assessor, model=loaded.model, missing=loaded.missing)
    return tried


async def _look_at_policy(together: Together, policy: Path) -> None:
    try:
        rules = await run_in_threadpool(reread, together.assessor, policy)
    except (PolicyError, DeskError, OSError) as error:
        _log.warning("The policy stays as it is: %s", error)
    else:
        together.assessor = replace(together.assessor, policy=rules)


def _written(policy: Path | None) -> tuple[int, int, int] | None:
    """Return what changes whenever a file is written or replaced; None without one."""
    try:
        found = None if policy is None else policy.stat()
    except OSError:
        return None
    return found and (found.st_ino, found.st_mtime_ns, found.st_size)
