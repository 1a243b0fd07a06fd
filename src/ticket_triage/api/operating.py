"""Routes for who operates the service: its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ticket_triage.api.metrics import MEDIA_TYPE, Family, Labels
from ticket_triage.api.openapi import told_as_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI

    from ticket_triage.service.assess import Assessor

_USES = Family("triage_in_use", "gauge", "The model and the policy that decide.", ())
_OPEN = Family("triage_open_tickets", "gauge", "Open tickets in the store, by priority.", ())
_OLDEST = Family("triage_oldest_open_seconds", "gauge", "Age of the oldest open ticket, by priority.", ())


async def metrics(request: Request) -> Response:
    """Tell every figure in the text format of Prometheus."""
    app = request.app
    together = app.state.together
    more = {_USES: _in_use(together.assessor)}
    if together.recorder is not None:
        from ticket_triage.service.gauges import waiting  # loads SQLAlchemy

        found = await run_in_threadpool(waiting, together.recorder.store, app.state.clock())
        more[_OPEN] = {(("priority", each.priority),): each.number for each in found}
        more[_OLDEST] = {(("priority", each.priority),): each.oldest_s for each in found if each.oldest_s is not None}
    return Response(app.metrics.as_text(more), media_type=MEDIA_TYPE)


def install_operating(app: FastAPI) -> None:
    """Put the routes on the application."""
    app.get(
        "/metrics",
        summary="Tell every figure for Prometheus",
        response_class=Response,
        responses=told_as_text("Figures in the text format of Prometheus."),
    )(metrics)


def _in_use(assessor: Assessor) -> Mapping[Labels, float]:
    parts = {"model": assessor.model_reference, "policy": assessor.policy_reference}
    return {
        (("kind", kind), ("name", used.name), ("version", used.version)): 1.0
        for kind, used in parts.items()
        if used is not None
    }
