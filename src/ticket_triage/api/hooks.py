"""Routes about outgoing webhooks: where notices go, and what could not be delivered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ticket_triage.api.asking import asked, json_body
from ticket_triage.api.faults import bad_value, fault
from ticket_triage.api.hook_shapes import HookIn, RetryIn
from ticket_triage.api.kept import read_shape, recorder_of
from ticket_triage.errors import BadOptionError, HookNotFoundError

if TYPE_CHECKING:
    from ticket_triage.service.hooks import Store

_HOOK_ID = re.compile(r"hk_[0-9a-f]{12}")


async def list_hooks(request: Request) -> Response:
    """List every hook, without its secret."""
    from ticket_triage.service import hooks

    asked(request, ())
    found = await run_in_threadpool(hooks.list_hooks, _store(request))
    return JSONResponse({"hooks": [{**hook._asdict(), "kinds": list(hook.kinds)} for hook in found]})


async def add_hook(request: Request) -> Response:
    """Have notices sent to an address; the answer holds the secret they are signed with, this once."""
    from ticket_triage.service import hooks

    wanted = read_shape(HookIn, await json_body(request))
    settings, now = request.app.state.settings, request.app.state.clock()
    reach = hooks.Reach(private=settings.hooks_allow_private, loopback=settings.hooks_allow_loopback)
    try:
        made = await run_in_threadpool(hooks.add_hook, _store(request), wanted.url, wanted.kinds, reach, now)
    except BadOptionError as error:
        raise bad_value([fault("body", ["url"], f"cannot be used: {str(error).rstrip('.')}")]) from None
    return JSONResponse(made._asdict())


async def remove_hook(request: Request) -> Response:
    """Send nothing more to a hook."""
    from ticket_triage.service import hooks

    asked(request, ())
    hook_id, now = request.path_params["hook_id"], request.app.state.clock()
    if not _HOOK_ID.fullmatch(hook_id):
        raise HookNotFoundError("No hook has such an id; GET /v1/hooks lists them.")
    await run_in_threadpool(hooks.remove_hook, _store(request), hook_id, now)
    return JSONResponse({"hook_id": hook_id})


async def list_dead(request: Request) -> Response:
    """List the deliveries that were given up."""
    from ticket_triage.service import hooks

    asked(request, ())
    found = await run_in_threadpool(hooks.list_dead, _store(request))
    return JSONResponse({"dead": [each._asdict() for each in found]})


async def retry(request: Request) -> Response:
    """Have what was given up tried anew."""
    from ticket_triage.service import hooks

    wanted = read_shape(RetryIn, await json_body(request))
    now = request.app.state.clock()
    return JSONResponse({"tried_anew": await run_in_threadpool(hooks.retry, _store(request), wanted.delivery_id, now)})


def _store(request: Request) -> Store:
    return recorder_of(request).store
