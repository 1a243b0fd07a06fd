"""The application, made by :func:`create_app`; ``triage serve`` hands uvicorn its import string."""

from __future__ import annotations

import gc
import os
import random
import ssl
from contextlib import asynccontextmanager, contextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from fastapi import FastAPI

from ticket_triage import _version
from ticket_triage.api.bodies import Bodies
from ticket_triage.api.doors import Doors
from ticket_triage.api.front import Front
from ticket_triage.api.handlers import install_handlers
from ticket_triage.api.load import Load
from ticket_triage.api.metrics import Metrics
from ticket_triage.api.openapi import install_document
from ticket_triage.api.operating import install_operating
from ticket_triage.api.routes import endpoints_of, install_routes
from ticket_triage.api.together import Together
from ticket_triage.api.watching import watching, watching_keys
from ticket_triage.service.assess import Assessor, build_assessor
from ticket_triage.service.key_ring import is_loopback
from ticket_triage.service.signatures import check_secret
from ticket_triage.settings import NO_STORE, Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from contextlib import AbstractAsyncContextManager

    from starlette.types import Receive, Scope, Send

    from ticket_triage.service.record import Recorder, Store

_HEAVY = ("/v1/predict/batch", "/v1/queue", "/v1/policy/simulate")
"""Paths whose requests carry many tickets."""

_YOUNG_OBJECTS = 50_000
"""Objects that may be made before the collector looks at them."""


class Service(FastAPI):
    """FastAPI behind our own front."""

    doors: Doors
    front: Front
    metrics: Metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a request in at the front; what starts and stops the application goes to FastAPI."""
        scope["app"] = self
        await (self.front if scope["type"] == "http" else self.inner)(scope, receive, send)

    async def inner(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer by FastAPI's router."""
        await super().__call__(scope, receive, send)


_ABOUT = "Turns support tickets into priorities, routes and deadlines, each with a receipt that says why."


def create_app(
    settings: Settings | None = None,
    assessor: Assessor | None = None,
    clock: Callable[[], datetime] | None = None,
    *,
    watch: bool | None = None,
    metrics: Metrics | None = None,
    leads: bool = True,
) -> Service:
    """Return the application that serves one model and one policy.

    Parameters
    ----------
    settings : Settings, default=None
        None reads the ``TRIAGE_`` variables.
    assessor : Assessor, default=None
        None builds it from the settings when the application starts.
    clock : callable, default=None
        Returns the present moment, UTC-aware; None means the machine's clock.
    watch : bool or None
        Whether to take up what is put into use meanwhile; None means unless an assessor is given.
    metrics : Metrics or None
        Where to count, when other processes count there too.
    leads : bool
        Whether this process does what only one of several shall do, such as delivering notices.

    Raises
    ------
    BadOptionError
        When a ``TRIAGE_`` variable is misspelt or out of range.

    Examples
    --------
    >>> list(create_app(Settings()).openapi()["paths"])[:2]
    ['/v1/predict', '/v1/predict/batch']
    """
    chosen = settings or load_settings(os.environ)
    for secret in chosen.webhook_secrets("generic"):
        check_secret(secret)
    app = Service(
        title="ticket-triage",
        version=_version.__version__,
        description=_ABOUT,
        docs_url=None,  # its page would load scripts from the network
        redoc_url=None,
        redirect_slashes=False,  # a redirect would repeat the Host header
        lifespan=_loading(chosen, assessor, watch=assessor is None if watch is None else watch, leads=leads),
    )
    app.state.settings, app.state.clock = chosen, clock or _utc_now
    app.metrics = metrics or Metrics()
    install_handlers(app)
    install_routes(app)
    install_operating(app)
    install_document(app, chosen)
    app.doors = Doors(local=is_loopback(chosen.host), rate_per_s=chosen.rate_per_s, burst=chosen.rate_burst)
    bodies = Bodies(chosen.max_body_bytes, dict.fromkeys(_HEAVY, chosen.max_batch_body_bytes), chosen.request_timeout_s)
    load = Load(chosen.max_in_hand, _HEAVY, app.metrics.in_hand)
    app.front = Front(app.inner, app.doors, bodies, load, app.metrics, endpoints_of(app), tells=chosen.access_log)
    return app


def _loading(
    settings: Settings, assessor: Assessor | None, *, watch: bool, leads: bool
) -> Callable[[Service], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: Service) -> AsyncIterator[None]:
        given = assessor or build_assessor(settings.models, settings.name, settings.policy, settings.desk)
        with _recorder(settings, app.state.clock) as recorder:
            app.state.together = together = Together(given, recorder, app.metrics.decided)
            looking = watching(together, settings.models, settings.name, settings.policy) if watch else nullcontext()
            keys = nullcontext() if recorder is None else watching_keys(app.doors, recorder.store)
            leading = (
                _leading(settings, together, recorder.store, app) if leads and recorder is not None else nullcontext()
            )
            with _settled_memory(), leading:
                async with looking, keys:
                    yield

    return lifespan


@contextmanager
def _recorder(settings: Settings, clock: Callable[[], datetime]) -> Iterator[Recorder | None]:
    """Open the store for as long as the application runs, if there is one."""
    if settings.store is None or settings.store == NO_STORE:
        yield None
        return
    from ticket_triage.service.record import Recorder, Store  # loads SQLAlchemy

    with Store(settings.store) as store:
        yield Recorder(store, clock, settings.models)


@contextmanager
def _leading(settings: Settings, together: Together, store: Store, app: Service) -> Iterator[None]:
    """Do what one process alone shall do, for as long as the application runs."""
    from ticket_triage.service.deliver import Deliverer, Schedule
    from ticket_triage.service.reach import Reach
    from ticket_triage.service.redecide import Redecider
    from ticket_triage.service.sending import send

    clock = app.state.clock

    reach = Reach(private=settings.hooks_allow_private, loopback=settings.hooks_allow_loopback)
    schedule = Schedule(settings.hooks_first_retry_s, settings.hooks_attempts)
    sending = partial(send, reach=reach, trusted=ssl.create_default_context())
    deliverer = Deliverer(store, sending, clock, random.SystemRandom().random, schedule)
    redecider = Redecider(store, lambda: together.assessor, clock, app.metrics.turned)
    with deliverer.running(), redecider.running():
        yield


@contextmanager
def _settled_memory() -> Iterator[None]:
    """Keep the collector off what was loaded to stay, and off what a request makes and drops by itself.

    Walking what was loaded held requests up for 30 ms at a time; collecting after every few requests, which leave no
    cycles behind, cost five percent of them.
    """
    gc.collect()
    gc.freeze()
    before = gc.get_threshold()
    gc.set_threshold(_YOUNG_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _utc_now() -> datetime:
    return datetime.now(UTC)
