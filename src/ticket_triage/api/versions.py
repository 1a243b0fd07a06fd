"""Routes about versions of the model: which there are, which is in use, and another in its place."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ticket_triage.api.asking import asked, json_body
from ticket_triage.api.errors import Refusal
from ticket_triage.api.faults import bad_value, fault
from ticket_triage.errors import nearest
from ticket_triage.service import promote as use
from ticket_triage.service.reload import reloaded

if TYPE_CHECKING:
    from collections.abc import Callable

    from ticket_triage.registry import Change

_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


async def list_models(request: Request) -> Response:
    """List the versions of the model that is served, and every change of the one in use."""
    asked(request, ())
    settings = request.app.state.settings
    found = await run_in_threadpool(use.list_versions, settings.models, settings.name)
    changes = use.history_of(settings.models, settings.name)
    body = {"versions": [info.as_dict() for info in found], "changes": [asdict(change) for change in changes]}
    return JSONResponse(body)


async def promote(request: Request) -> Response:
    """Put a version into use when the gate finds it not worse, or by force with a reason."""
    said = _fields(await json_body(request), {"force": bool, "reason": str})
    version = request.path_params["version"]
    if not _VERSION.fullmatch(version):
        raise Refusal(404, "model-not-found", "No version has such a name; GET /v1/models lists them.")
    force, reason = said.get("force", False), said.get("reason")
    if force and not (reason or "").strip():
        raise bad_value([fault("body", ["reason"], "must say why, when no gate is asked")])
    return await _changed(request, partial(use.promote, version, force=force, reason=reason))


async def roll_back(request: Request) -> Response:
    """Put the version into use that was before this one."""
    said = _fields(await json_body(request), {"reason": str})
    return await _changed(request, partial(use.roll_back, reason=said.get("reason")))


async def _changed(request: Request, change: Callable[..., Change]) -> Response:
    """Answer with a change once this process answers by it; others follow within moments."""
    app, settings = request.app, request.app.state.settings
    made = await run_in_threadpool(change, now=app.state.clock(), models=settings.models, name=settings.name)
    together = app.state.together
    loaded = await run_in_threadpool(reloaded, together.assessor, settings.models, settings.name)
    together.assessor = replace(together.assessor, model=loaded.model, missing=loaded.missing)
    return JSONResponse(asdict(made))


def _fields(body: Any, known: dict[str, type]) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise bad_value([fault("body", [], "must be an object")])
    for name, value in body.items():
        if name not in known:
            raise bad_value([fault("body", [name], f"is no field here; {nearest('', known)}")])
        if not isinstance(value, known[name]) and not (value is None and known[name] is str):
            raise bad_value([fault("body", [name], "must be true or false" if known[name] is bool else "must be text")])
    return body
