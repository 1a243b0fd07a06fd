"""Routes for who operates the service: its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ticket_triage.api.metrics import MEDIA_TYPE, Family, Labels
from ticket_triage.api.openapi import told_as_text
from ticket_triage.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from fastapi import FastAPI

    from ticket_triage.api.together import Together
    from ticket_triage.service.assess import Assessor
    from ticket_triage.service.record import Recorder

_USES = Family("triage_in_use", "gauge", "The model and the policy that decide.", ())
_OPEN = Family("triage_open_tickets", "gauge", "Open tickets in the store, by priority.", ())
_OLDEST = Family("triage_oldest_open_seconds", "gauge", "Age of the oldest open ticket, by priority.", ())
_SLA = Family("triage_sla_open_tickets", "gauge", "Open tickets by how their service clocks stand.", ())
_NOTICES = Family("triage_deliveries", "gauge", "Deliveries of notices that wait, or were given up.", ())
_UP = Family("triage_store_up", "gauge", "Whether the store can be read; without it, its figures are missing.", ())
_DRIFT = Family("triage_drift", "gauge", "How far the last tickets have moved from those the model was judged by, as "
                "a population stability index; beyond 0.25 much has.", ())  # fmt: skip
_DRIFT_TICKETS = Family("triage_drift_tickets", "gauge", "Tickets that triage_drift rests on; it needs 30.", ())


async def metrics(request: Request) -> Response:
    """Tell every figure in the text format of Prometheus."""
    app = request.app
    together: Together = app.state.together
    more = {_USES: _in_use(together.assessor)}
    if together.recorder is not None:
        more |= await run_in_threadpool(_of_store, together.recorder, together.assessor, app.state.clock())
    return Response(app.metrics.as_text(more), media_type=MEDIA_TYPE)


def _of_store(recorder: Recorder, assessor: Assessor, now: datetime) -> dict[Family, Mapping[Labels, float]]:
    from ticket_triage.service.gauges import standing  # loads SQLAlchemy

    try:
        found = standing(recorder.store, now)
        model = assessor.model_reference
        drift = None if model is None else recorder.drifting.figures(model)
    except StoreError:
        return {_UP: {(): 0}}
    told: dict[Family, Mapping[Labels, float]] = {
        _UP: {(): 1},
        _OPEN: {(("priority", each.priority),): each.number for each in found.waiting},
        _OLDEST: {(("priority", each.priority),): each.oldest_s for each in found.waiting if each.oldest_s is not None},
        _SLA: {(("state", state),): number for state, number in sorted(found.by_sla.items())},
        _NOTICES: {(("state", state),): number for state, number in sorted(found.deliveries.items())},
    }
    if drift is not None:
        told[_DRIFT] = {(("about", about),): moved for about, moved in drift.moved.items()}
        told[_DRIFT_TICKETS] = {(): drift.tickets}
    return told


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
