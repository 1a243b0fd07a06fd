"""How far the tickets decided last have moved from those the model in use was judged by, for operators."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from ticket_triage import registry
from ticket_triage.domain.recorded import prediction_of
from ticket_triage.errors import ModelError
from ticket_triage.store.recent import last_decided

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ticket_triage.domain.prediction import ModelReference, Prediction
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.store.store import Store

LAST_TICKETS = 300
"""Most tickets that are held against the reference."""

FEWEST_TICKETS = 30
"""Fewer tell nothing yet."""

REFRESH_S = 60.0
"""Seconds for which figures are told again, so that asking often costs nothing."""


class Drift(NamedTuple):
    """By how much each thing has moved, as ``triage monitor`` reckons it, and how many tickets that rests on."""

    moved: Mapping[str, float]
    tickets: int


class Drifting:
    """Watches the tickets in a store.

    Parameters
    ----------
    store : Store
    models : Path
        Where the models in use are kept, with what they were judged by.
    """

    def __init__(self, store: Store, models: Path) -> None:
        self._store, self._models = store, models
        self._known: tuple[ModelReference, float, Drift] | None = None

    def figures(self, model: ModelReference) -> Drift:
        """Return how far the last tickets that this model predicted have moved; nothing where it keeps no reference.

        Raises
        ------
        StoreError
            When the store cannot be read.
        """
        known, now = self._known, monotonic()
        if known is None or known[0] != model or now - known[1] > REFRESH_S:
            self._known = known = (model, now, self._drift(model))
        return known[2]

    def _drift(self, model: ModelReference) -> Drift:
        reference = self._reference(model)
        if reference is None:
            return Drift({}, 0)
        with self._store.reading() as connection:
            found = last_decided(connection, LAST_TICKETS)
        predicted = [(ticket, prediction_of(receipt["prediction"])) for ticket, receipt in found]
        mine = [(ticket, prediction) for ticket, prediction in predicted if prediction.model == model]
        return Drift(_moved(mine, reference) if len(mine) >= FEWEST_TICKETS else {}, len(mine))

    def _reference(self, model: ModelReference) -> dict[str, Any] | None:
        try:
            manifest = registry.manifest_of(registry.version_folder(self._models, model.name, model.version))
        except (ModelError, OSError):
            return None
        reference: dict[str, Any] | None = manifest.get("reference")
        return reference


def _moved(found: list[tuple[Ticket, Prediction]], reference: dict[str, Any]) -> dict[str, float]:
    from ticket_triage.modelling.drift import Observed, movements  # NumPy is not needed before there is a model

    seen = Observed.of([ticket.normalised for ticket, _ in found], [prediction for _, prediction in found])
    return movements(seen, Observed.from_dict(reference))
