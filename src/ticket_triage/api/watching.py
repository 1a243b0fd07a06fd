"""Notice what is changed from outside, another version of the model or another key, and go by it from then on."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from ticket_triage.errors import ModelError, StoreError
from ticket_triage.service.reload import reloaded, version_in_use

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine
    from pathlib import Path
    from typing import Any

    from ticket_triage.api.doors import Doors
    from ticket_triage.api.together import Together
    from ticket_triage.service.keys import Store

LOOK_EVERY_S = 1.0
"""Seconds between two looks: a promotion or a rollback reaches every process in about this time."""

_log = logging.getLogger("ticket_triage.models")


@asynccontextmanager
async def watching(together: Together, models: Path, name: str) -> AsyncIterator[None]:
    """Keep the assessor's model at the version in use, for as long as the application runs.

    A version that cannot be used is told once in the log, and the old one answers on.

    Parameters
    ----------
    together : Together
    models : Path
    name : str
    """
    async with _meanwhile(_watch(together, models, name)):
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
            await asyncio.sleep(LOOK_EVERY_S)
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


async def _watch(together: Together, models: Path, name: str) -> None:
    has = together.assessor.model_reference
    tried = None if has is None else has.version
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        try:
            now_used = await run_in_threadpool(version_in_use, models, name)
            if now_used in (tried, None):
                continue
            tried = now_used
            together.assessor = await run_in_threadpool(reloaded, together.assessor, models, name)
        except (ModelError, OSError) as error:
            _log.warning("The model stays as it is: %s", error)
